"""Softmax regression: one weight for each pixel and class. The simplest network there is, and the one to beat.

Axes: B batch, C channels, H height, W width, K classes.
"""

from typing import ClassVar

from torch import Tensor, nn

from core.i18n import N_
from core.input_spec import ImageInput, TextInput
from core.models.base import ModelConfig
from core.models.image.base import images_of_at_least
from core.registry import Spec


class SoftmaxRegressionConfig(ModelConfig):
    """Softmax regression has nothing to set."""

    key: ClassVar[str] = "softmax_regression"

    def build(self, input: ImageInput | TextInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        image = images_of_at_least(1, input)
        return SoftmaxRegression(image.channels * image.height * image.width, classes)


class SoftmaxRegression(nn.Module):
    """Scores each class by a weighted sum of the pixels; the loss's softmax turns the scores into probabilities.

    In: images (B, C, H, W). Out: logits (B, K). Parameters for 1x28x28 and 10 classes: 784*10 + 10 = 7,850.

    Source: Cox, "The regression analysis of binary sequences", J. R. Stat. Soc. B 20(2), 1958, in its form for many
    classes; it is the linear classifier (one layer) of LeCun et al. 1998, section III.C.1.
    """

    def __init__(self, pixels: int, classes: int) -> None:
        super().__init__()
        self.flatten = nn.Flatten()
        self.dense = nn.Linear(pixels, classes)

    def forward(self, images_BCHW: Tensor) -> Tensor:
        """Returns the logits (B, K)."""
        logits_BK: Tensor = self.dense(self.flatten(images_BCHW))
        return logits_BK


SOFTMAX_REGRESSION: Spec[ModelConfig] = Spec(
    SoftmaxRegressionConfig,
    N_("Softmax regression"),
    N_("Weighs every pixel once for each class: a single layer, and a baseline for all others."),
    "Cox, J. R. Stat. Soc. B 20(2), 1958; LeCun et al., Proc. IEEE 86(11), 1998, section III.C.1",
    kind="image",
    formula="logits = W·x + b",
)
