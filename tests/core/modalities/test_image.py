import torch
from torch import nn

from core.input_spec import ImageInput
from core.modalities.image import IMAGE


def test_a_random_batch_has_the_sizes_of_the_pictures() -> None:
    input = ImageInput(channels=3, height=5, width=4)
    (images_BCHW,) = IMAGE.random_batch(input, 6, 1, torch.Generator())
    assert images_BCHW.shape == (6, 3, 5, 4)


def test_a_convolution_keeps_the_channels_of_a_pixel_together_and_computes_the_same() -> None:
    model, images_BCHW = nn.Conv2d(3, 4, 3), torch.rand(2, 3, 6, 6)
    before = model(images_BCHW)
    IMAGE.prepare_model(model)
    assert model.weight.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(model(images_BCHW), before)
