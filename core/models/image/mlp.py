"""The multilayer perceptron: dense layers with activations. It does not know which pixels are neighbours.

Axes: B batch, C channels, H height, W width, F features, K classes.
"""

from itertools import pairwise
from typing import ClassVar, Literal

from torch import Tensor, nn

from core.i18n import N_
from core.input_spec import ImageInput
from core.models.image.base import ImageModelConfig
from core.settings import setting

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
}


class MlpConfig(ImageModelConfig):
    """Settings of the multilayer perceptron."""

    key: ClassVar[str] = "mlp"
    title: ClassVar[str] = N_("Multilayer perceptron")
    summary: ClassVar[str] = N_(
        "Dense layers with a bend in between: it can learn any shape, but does not know that pixels are neighbours."
    )
    source: ClassVar[str] = "Rumelhart, Hinton & Williams, Nature 323, 1986"
    formula: ClassVar[str] = "h ← activation(W·h + b), layer by layer"

    layers: int = setting(
        2,
        N_("Hidden layers"),
        N_("Dense layers before the last one. More can bend space more often, and are harder to train."),
        ge=1,
        le=10,
    )
    width: int = setting(
        128,
        N_("Width"),
        N_("Neurons in each hidden layer. Wider networks can remember more, useful things and noise alike."),
        scale="log",
        ge=1,
        le=4096,
    )
    activation: Literal["relu", "tanh", "sigmoid", "gelu"] = setting(
        "relu",
        N_("Activation"),
        N_("The bend after each hidden layer. Without one, any number of layers would do no more than a single one."),
        choices={"relu": "ReLU", "tanh": "tanh", "sigmoid": N_("Sigmoid"), "gelu": "GELU"},
    )
    dropout: float = setting(
        0.0,
        N_("Dropout"),
        N_("The share of hidden neurons silenced at random in each training step, so that none becomes indispensable."),
        ge=0,
        le=0.9,
    )

    def build(self, input: ImageInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return Mlp(input.channels * input.height * input.width, classes, self)


class Mlp(nn.Module):
    """Flattens the image and applies `layers` dense layers, each followed by activation and dropout.

    In: images (B, C, H, W). Out: logits (B, K). Parameters for 1x28x28, 10 classes and two layers of 128:
    (784*128 + 128) + (128*128 + 128) + (128*10 + 10) = 118,282.

    Source: Rumelhart, Hinton & Williams, "Learning representations by back-propagating errors", Nature 323, 1986;
    dropout: Srivastava et al., JMLR 15, 2014.
    """

    def __init__(self, pixels: int, classes: int, config: MlpConfig) -> None:
        super().__init__()
        self.flatten = nn.Flatten()
        widths = [pixels] + [config.width] * config.layers
        self.hidden = nn.ModuleList(
            nn.Sequential(
                nn.Linear(inputs, outputs),
                ACTIVATIONS[config.activation](),
                nn.Dropout(config.dropout),
            )
            for inputs, outputs in pairwise(widths)
        )
        self.dense = nn.Linear(config.width, classes)

    def forward(self, images_BCHW: Tensor) -> Tensor:
        """Returns the logits (B, K)."""
        features_BF = self.flatten(images_BCHW)
        for layer in self.hidden:
            features_BF = layer(features_BF)
        logits_BK: Tensor = self.dense(features_BF)
        return logits_BK
