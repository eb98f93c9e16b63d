import threading

import pytest
import torch

from core.data.base import Card
from core.data.images import ImageData, ImageSplit, assemble, statistics
from core.input_spec import ImageInput, InputSpec

CARD = Card(title="Test", source="here", licence="none")


def pictures(count=10, channels=1, height=6, width=5, seed=0):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, channels, height, width), generator=generator, dtype=torch.uint8)
    return images, torch.arange(count) % 3


@pytest.fixture(params=[1, 3])
def split(request):
    images, targets = pictures(channels=request.param)
    mean, std = statistics(images)
    return ImageSplit(images, targets, ImageInput(channels=request.param, height=6, width=5, mean=mean, std=std))


def test_a_batch_holds_the_asked_for_pictures_normalised(split):
    index = torch.tensor([7, 2, 2])
    (images,), targets = split.batch(index)
    mean, std = (torch.tensor(values).view(-1, 1, 1) for values in (split.input.mean, split.input.std))
    assert torch.allclose(images, (split.images_NCHW[index] / 255 - mean) / std, atol=1e-5)
    assert torch.equal(targets, split.targets_N[index])


def test_a_batch_leaves_the_pictures_as_they_are(split):
    before = split.images_NCHW.clone()
    for strength in ("off", "light", "strong"):
        (images,), _targets = split.batch(torch.arange(10), strength)
        images.zero_()
    assert torch.equal(split.images_NCHW, before)


def test_an_augmented_batch_is_normalised_alike(split):
    torch.manual_seed(0)
    mean, std = (torch.tensor(values).view(-1, 1, 1) for values in (split.input.mean, split.input.std))
    (images,), targets = split.batch(torch.arange(10), "strong")
    levels = images * std + mean
    assert -1e-5 < levels.min() <= levels.max() < 1 + 1e-5
    assert torch.equal(targets, split.targets_N)
    assert not torch.allclose(images, split.batch(torch.arange(10))[0][0])


def test_an_epoch_visits_every_example_once_and_keeps_the_short_last_batch(split):
    batches = split.order(4, torch.Generator().manual_seed(0))
    assert [len(batch) for batch in batches] == [4, 4, 2]
    assert sorted(torch.cat(batches).tolist()) == list(range(10))


def test_the_order_depends_on_the_generator_alone(split):
    first, again, other = (torch.cat(split.order(3, torch.Generator().manual_seed(seed))) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(torch.cat(split.order(3, None)), torch.arange(10))


def test_a_batch_larger_than_the_data_is_all_of_it(split):
    assert [len(batch) for batch in split.order(1000, torch.Generator())] == [10]


def test_to_the_same_device_is_the_same_split_and_to_another_keeps_its_shapes(split):
    assert split.to(torch.device("cpu")) is split
    moved = split.to(torch.device("meta"))
    (images,), targets = moved.batch(moved.order(4, None)[0])
    assert images.device.type == targets.device.type == "meta"
    assert images.shape == (4, split.input.channels, 6, 5)


def test_statistics_are_those_of_the_levels():
    images, _targets = pictures(count=50, channels=3)
    mean, std = statistics(images)
    levels = images.double().transpose(0, 1).flatten(1) / 255
    assert mean == pytest.approx(levels.mean(1).tolist())
    assert std == pytest.approx(levels.std(1, correction=0).tolist())


def test_pictures_of_one_colour_can_be_normalised():
    mean, std = statistics(torch.full((4, 1, 3, 3), 51, dtype=torch.uint8))
    assert mean == pytest.approx((0.2,))
    assert std == (1.0,)


def test_mean_and_deviation_come_from_the_training_examples_alone():
    dark, targets = torch.zeros(6, 1, 4, 4, dtype=torch.uint8), torch.arange(6) % 2
    data = assemble(CARD, ("a", "b"), (dark, targets), (dark + 255, targets), lambda: (dark + 255, targets))
    assert isinstance(data.input_spec.input, ImageInput)
    assert data.input_spec.input.mean == (0.0,)
    (images,), _targets = data.split("validation").batch(torch.arange(2))
    assert images.min() == 1.0


def test_the_test_split_is_read_once_and_only_when_asked_for():
    images, targets = pictures()
    reads = []

    def read_test():
        reads.append(threading.current_thread())
        return images, targets

    input = ImageInput(channels=1, height=6, width=5)
    split = ImageSplit(images, targets, input)
    data = ImageData(CARD, InputSpec(input=input, class_names=("a", "b", "c")), split, split, read_test)
    data.split("train"), data.split("validation")
    assert not reads
    assert data.split("test") is data.split("test")
    assert len(reads) == 1
