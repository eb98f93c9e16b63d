"""LeNet-5, which was used to read cheques: two rounds of convolution and pooling, then three dense layers.

Axes: B batch, C channels, H height, W width, M feature maps, F features, K classes.
"""

from typing import ClassVar, Literal

from torch import Tensor, nn

from core.i18n import N_
from core.input_spec import ImageInput
from core.models.image.base import ImageModelConfig, images_of_at_least
from core.settings import setting


class LeNet5Config(ImageModelConfig):
    """Settings of LeNet-5."""

    key: ClassVar[str] = "lenet5"
    title: ClassVar[str] = N_("LeNet-5")
    summary: ClassVar[str] = N_("The classic of 1998: two rounds of convolution and pooling, then three dense layers.")
    source: ClassVar[str] = "LeCun, Bottou, Bengio & Haffner, Proc. IEEE 86(11), 1998"
    formula: ClassVar[str] = "(conv 5×5 → pool 2) × 2 → dense 120 → dense 84 → dense"

    activation: Literal["tanh", "relu"] = setting(
        "tanh",
        N_("Activation"),
        N_("The bend after each layer: tanh as in 1998, or ReLU as is usual today, which learns faster."),
        choices={"tanh": "tanh", "relu": "ReLU"},
    )

    def build(self, input: ImageInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        activation = {"tanh": nn.Tanh, "relu": nn.ReLU}[self.activation]
        return LeNet5(images_of_at_least(12, input), classes, activation)


class LeNet5(nn.Module):
    """Finds strokes, then combinations of strokes, then classifies from 120 and 84 features.

    Shapes for 1x28x28: convolution 5x5 with two pixels of padding (B, 6, 28, 28), average pooling (B, 6, 14, 14),
    convolution 5x5 (B, 16, 10, 10), average pooling (B, 16, 5, 5), dense 120, 84, K.
    In: images (B, C, H, W), at least 12x12. Out: logits (B, K).
    Parameters for 1x28x28 and 10 classes: 156 + 2,416 + 48,120 + 10,164 + 850 = 61,706.

    Source: LeCun, Bottou, Bengio & Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE
    86(11), 1998. As is usual today, pooling has no weights, the second convolution reads all six maps, and a dense
    layer replaces the paper's comparison with drawn bitmaps (RBF units).
    """

    def __init__(self, image: ImageInput, classes: int, activation: type[nn.Module]) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(image.channels, 6, kernel_size=5, padding=2)
        self.activation1 = activation()
        self.pool1 = nn.AvgPool2d(2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.activation2 = activation()
        self.pool2 = nn.AvgPool2d(2)
        self.flatten = nn.Flatten()
        height, width = ((size // 2 - 4) // 2 for size in (image.height, image.width))
        self.dense1 = nn.Linear(16 * height * width, 120)
        self.activation3 = activation()
        self.dense2 = nn.Linear(120, 84)
        self.activation4 = activation()
        self.dense = nn.Linear(84, classes)

    def forward(self, images_BCHW: Tensor) -> Tensor:
        """Returns the logits (B, K)."""
        maps_BMHW = self.pool1(self.activation1(self.conv1(images_BCHW)))
        maps_BMHW = self.pool2(self.activation2(self.conv2(maps_BMHW)))
        features_BF = self.activation3(self.dense1(self.flatten(maps_BMHW)))
        features_BF = self.activation4(self.dense2(features_BF))
        logits_BK: Tensor = self.dense(features_BF)
        return logits_BK
