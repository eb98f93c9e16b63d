"""Softmax regression: one weight for each pixel and class. The simplest network, and a baseline for all others.

Axes: B batch, C channels, H height, W width, K classes.
"""

from typing import ClassVar

from torch import Tensor, nn

from core.i18n import N_
from core.input_spec import ImageInput
from core.models.image.base import ImageModelConfig


class SoftmaxRegressionConfig(ImageModelConfig):
    """Softmax regression has no settings."""

    key: ClassVar[str] = "softmax_regression"
    title: ClassVar[str] = N_("Softmax regression")
    summary: ClassVar[str] = N_(
        "Weighs every pixel once for each class: a single layer, and a baseline for all others."
    )
    source: ClassVar[str] = (
        "Cox, J. R. Stat. Soc. B 20(2), 1958; LeCun et al., Proc. IEEE 86(11), 1998, section III.C.1"
    )
    formula: ClassVar[str] = "logits = W·x + b"

    def build(self, input: ImageInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return SoftmaxRegression(input.channels * input.height * input.width, classes)


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
