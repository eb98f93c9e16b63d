"""A small convolutional network with batch normalisation: the one to take when it should be good and fast.

Axes: B batch, C channels, H height, W width, M feature maps, K classes.
"""

from typing import ClassVar

from torch import Tensor, nn

from core.data.base import ImageInput, TextInput
from core.i18n import N_
from core.models.base import ModelConfig
from core.models.image import images_of_at_least
from core.registry import Spec


class SmallConvBnConfig(ModelConfig):
    """The small conv-BN net has nothing to set."""

    key: ClassVar[str] = "conv_bn"

    def build(self, input: ImageInput | TextInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return SmallConvBn(images_of_at_least(4, input), classes)


class SmallConvBn(nn.Module):
    """Two rounds of convolution, batch normalisation, pooling and ReLU, with 16 and 32 filters, then one dense layer.

    Shapes for 1x28x28: convolution 3x3 padded (B, 16, 28, 28), pooling (B, 16, 14, 14), convolution 3x3 padded
    (B, 32, 14, 14), pooling (B, 32, 7, 7), flatten (B, 1568), dense (B, 10).
    In: images (B, C, H, W). Out: logits (B, K).
    Parameters for 1x28x28 and 10 classes: 144 + 32 + 4,608 + 64 + 15,690 = 20,538.

    Source: Ioffe & Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate
    shift", ICML 2015.
    """

    def __init__(self, image: ImageInput, classes: int) -> None:
        super().__init__()
        # No bias before a batch normalisation: it would be subtracted again with the mean.
        self.conv1 = nn.Conv2d(image.channels, 16, kernel_size=3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.pool1 = nn.MaxPool2d(2)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.pool2 = nn.MaxPool2d(2)
        self.relu2 = nn.ReLU()
        self.flatten = nn.Flatten()
        self.dense = nn.Linear(32 * (image.height // 4) * (image.width // 4), classes)

    def forward(self, images_BCHW: Tensor) -> Tensor:
        """Returns the logits (B, K)."""
        # Pooling before ReLU is the same function and leaves ReLU a quarter of the numbers to look at.
        maps_BMHW = self.relu1(self.pool1(self.bn1(self.conv1(images_BCHW))))
        maps_BMHW = self.relu2(self.pool2(self.bn2(self.conv2(maps_BMHW))))
        logits_BK: Tensor = self.dense(self.flatten(maps_BMHW))
        return logits_BK


SMALL_CONV_BN: Spec[ModelConfig] = Spec(
    SmallConvBnConfig,
    N_("Small conv-BN net"),
    N_("Two convolutions steadied by batch normalisation: accurate after a single epoch."),
    "Ioffe & Szegedy, ICML 2015",
    kind="image",
    formula="(conv 3×3 → batch norm → max-pool 2 → ReLU) × 2 → dense",
)
