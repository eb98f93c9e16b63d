"""A small residual network: each block only learns what to add to its input.

Axes: B batch, C channels, H height, W width, M feature maps, K classes.
"""

from typing import ClassVar

from torch import Tensor, nn

from core.i18n import N_
from core.input_spec import ImageInput
from core.models.image.base import ImageModelConfig, images_of_at_least
from core.settings import setting


class SmallResNetConfig(ImageModelConfig):
    """Settings of the small residual network."""

    key: ClassVar[str] = "small_resnet"
    title: ClassVar[str] = N_("Small residual net")
    summary: ClassVar[str] = N_(
        "Convolutions with shortcuts around them, so that each block only learns what to add: deep and still trainable."
    )
    source: ClassVar[str] = "He, Zhang, Ren & Sun, CVPR 2016"
    formula: ClassVar[str] = "block: out = ReLU(x + F(x))"

    blocks: int = setting(
        1,
        N_("Blocks per stage"),
        N_("Residual blocks in each of the three stages. Thanks to the shortcuts, deeper still trains."),
        ge=1,
        le=9,
    )
    width: int = setting(
        16,
        N_("Width"),
        N_("Filters in the first stage; each later stage has twice as many and half the resolution."),
        scale="log",
        ge=4,
        le=128,
    )

    def build(self, input: ImageInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return SmallResNet(images_of_at_least(4, input).channels, classes, self.blocks, self.width)


class ResidualBlock(nn.Module):
    """Two convolutions whose result is added to the input: out = ReLU(shortcut(x) + F(x)).

    In: (B, inputs, H, W). Out: (B, outputs, H/stride, W/stride), rounded up. The shortcut is the identity, or a 1x1
    convolution where the shape changes.
    """

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(outputs, outputs, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu2 = nn.ReLU()
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, maps_BMHW: Tensor) -> Tensor:
        """Returns the new feature maps."""
        change_BMHW = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(maps_BMHW)))))
        result_BMHW: Tensor = self.relu2(self.shortcut(maps_BMHW) + change_BMHW)
        return result_BMHW


class SmallResNet(nn.Module):
    """A first convolution, three stages of residual blocks, the mean of each feature map, one dense layer.

    Shapes for 1x28x28 and width 16: (B, 16, 28, 28), stages (B, 16, 28, 28), (B, 32, 14, 14), (B, 64, 7, 7), mean
    (B, 64), dense (B, 10).
    In: images (B, C, H, W). Out: logits (B, K).
    Parameters for 1x28x28, 10 classes and one block per stage: 176 + 4,672 + 14,528 + 57,728 + 650 = 77,754.

    Source: He, Zhang, Ren & Sun, "Deep residual learning for image recognition", CVPR 2016, section 4.2 (the network
    for CIFAR-10; three blocks per stage make its 20 layers), with projections in the shortcuts.
    """

    def __init__(self, channels: int, classes: int, blocks: int, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, kernel_size=3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU()
        self.stage1 = _stage(width, width, blocks, stride=1)
        self.stage2 = _stage(width, 2 * width, blocks, stride=2)
        self.stage3 = _stage(2 * width, 4 * width, blocks, stride=2)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.dense = nn.Linear(4 * width, classes)

    def forward(self, images_BCHW: Tensor) -> Tensor:
        """Returns the logits (B, K)."""
        maps_BMHW = self.relu(self.bn1(self.conv1(images_BCHW)))
        maps_BMHW = self.stage3(self.stage2(self.stage1(maps_BMHW)))
        logits_BK: Tensor = self.dense(self.flatten(self.pool(maps_BMHW)))
        return logits_BK


def _stage(inputs: int, outputs: int, blocks: int, stride: int) -> nn.Sequential:
    first = ResidualBlock(inputs, outputs, stride)
    return nn.Sequential(first, *(ResidualBlock(outputs, outputs, stride=1) for _ in range(blocks - 1)))
