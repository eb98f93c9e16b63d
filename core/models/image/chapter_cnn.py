"""The chapter's CNN: one convolution, one pooling, one dense layer. Small enough to understand completely.

Axes: B batch, C channels, H height, W width, M feature maps, F features, K classes.
"""

from typing import ClassVar

from torch import Tensor, nn

from core.i18n import N_
from core.input_spec import ImageInput
from core.models.image.base import ImageModelConfig, images_of_at_least
from core.settings import setting


class ChapterCnnConfig(ImageModelConfig):
    """Settings of the chapter's CNN."""

    key: ClassVar[str] = "chapter_cnn"
    title: ClassVar[str] = N_("The chapter's CNN")
    summary: ClassVar[str] = N_("One convolution, one pooling, one dense layer: the smallest network that sees shapes.")
    source: ClassVar[str] = "The textbook chapter on handwritten digits (Keras: Conv2D, MaxPooling2D, Flatten, Dense)"
    formula: ClassVar[str] = "conv 3×3 → ReLU → max-pool 2 → dense"

    filters: int = setting(
        32,
        N_("Filters"),
        N_("How many 3 × 3 patterns the convolution looks for. Each makes one feature map."),
        scale="log",
        ge=1,
        le=512,
    )

    def build(self, input: ImageInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return ChapterCnn(images_of_at_least(4, input), classes, self.filters)


class ChapterCnn(nn.Module):
    """Finds small patterns everywhere, keeps the strongest response in each area, and weighs the results.

    Shapes for 1x28x28 and 32 filters: convolution 3x3 without padding (B, 32, 26, 26), max-pooling 2x2 (B, 32, 13, 13),
    ReLU, flatten (B, 5408), dense (B, 10).
    In: images (B, C, H, W). Out: logits (B, K).
    Parameters for 1x28x28 and 10 classes: 320 in the convolution (9*32 + 32) and 54,090 in the dense layer
    (5408*10 + 10), 54,410 together.

    Source: the Keras network of the textbook chapter on handwritten digits: Conv2D(32, 3, activation="relu"),
    MaxPooling2D(2), Flatten(), Dense(10, activation="softmax"). Its first weights are Keras': Glorot & Bengio,
    "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010, uniform; biases zero.
    """

    def __init__(self, image: ImageInput, classes: int, filters: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(image.channels, filters, kernel_size=3)
        self.pool = nn.MaxPool2d(2)
        self.relu = nn.ReLU()
        self.flatten = nn.Flatten()
        pooled_height, pooled_width = (image.height - 2) // 2, (image.width - 2) // 2
        self.dense = nn.Linear(filters * pooled_height * pooled_width, classes)
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            else:
                nn.init.xavier_uniform_(parameter)

    def forward(self, images_BCHW: Tensor) -> Tensor:
        """Returns the logits (B, K)."""
        maps_BMHW = self.conv1(images_BCHW)
        # The chapter applies ReLU first. ReLU never changes which of two numbers is larger, so both orders are the same
        # function with the same gradient. After pooling, ReLU has only a quarter of the numbers to process.
        features_BMHW = self.relu(self.pool(maps_BMHW))
        # The feature maps are the last axis, as in Keras. torch's channels_last layout stores them in this order, so
        # flattening needs no copy, which saves a tenth of the step.
        features_BF = self.flatten(features_BMHW.permute(0, 2, 3, 1))
        logits_BK: Tensor = self.dense(features_BF)
        return logits_BK
