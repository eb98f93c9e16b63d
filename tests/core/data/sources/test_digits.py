import torch

from core.data.library import available
from core.data.sources.digits import DigitsConfig, enlarge
from core.generators import pull


def test_all_digits_are_there_without_a_network():
    config = DigitsConfig()
    assert available(config)
    data = pull(config.load(0))
    info = config.info()
    assert info.classes == len(data.input_spec.class_names) == 10
    assert len(data.split("test")) == info.test == 360
    assert abs(len(data.split("train")) - info.train) <= 10
    assert len(data.split("train")) + len(data.split("validation")) == 1437


def test_they_are_the_ones_that_scikit_learn_loads():
    from sklearn.datasets import load_digits

    source = load_digits()
    test = pull(DigitsConfig().load(0)).split("test")
    assert torch.equal(test.images_NCHW, enlarge(torch.from_numpy(source.images[-360:])))
    assert test.targets_N.tolist() == source.target[-360:].tolist()


def test_the_test_examples_are_the_same_for_every_seed():
    first, second = (pull(DigitsConfig().load(seed)).split("test") for seed in (0, 1))
    assert torch.equal(first.images_NCHW, second.images_NCHW)
    assert (first.targets_N.bincount() > 30).all()


def test_digits_lie_in_the_frame_of_mnist():
    images = pull(DigitsConfig().load(0)).split("train").images_NCHW
    assert images.shape[1:] == (1, 28, 28)
    frame = images.clone()
    frame[:, :, 4:24, 4:24] = 0
    assert frame.max() == 0
    assert images.max() == 255


def test_enlarging_keeps_levels_and_the_share_of_ink():
    source = torch.rand(5, 8, 8) * 16
    enlarged = enlarge(source)[:, 0, 4:24, 4:24].float() / 255
    assert torch.allclose(enlarged.mean((1, 2)), source.mean((1, 2)) / 16, atol=0.03)
    assert torch.equal(enlarge(torch.full((1, 8, 8), 16.0))[0, 0, 4:24, 4:24], torch.full((20, 20), 255).byte())
