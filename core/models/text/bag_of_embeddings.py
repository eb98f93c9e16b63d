"""The bag of embeddings: the mean of the words in any order. A baseline for all text networks.

Axes: B batch, T tokens, E embedding, H hidden units, K classes.
"""

from typing import ClassVar

from torch import Tensor, nn

from core.i18n import N_
from core.input_spec import TextInput
from core.models.text.base import TextModel, TextModelConfig, mean_state
from core.settings import setting


class BagOfEmbeddingsConfig(TextModelConfig):
    """Settings of the bag of embeddings."""

    key: ClassVar[str] = "bag_of_embeddings"
    title: ClassVar[str] = N_("Bag of embeddings")
    summary: ClassVar[str] = N_("The mean of all words, blind to their order: fast, and surprisingly hard to beat.")
    source: ClassVar[str] = (
        "Iyyer et al., Deep unordered composition rivals syntactic methods for text classification, ACL 2015"
    )
    formula: ClassVar[str] = "logits = W · mean(e₁ … eₜ) + b"

    embedding: int = setting(
        64,
        N_("Embedding size"),
        N_("How many numbers stand for a word. The network learns them; words used alike end up near each other."),
        scale="log",
        ge=1,
        le=1024,
    )
    hidden: int = setting(
        0,
        N_("Hidden units"),
        N_("Neurons of a ReLU layer between mean and answer. With 0 neurons, each word has a fixed vote."),
        ge=0,
        le=1024,
    )
    dropout: float = setting(
        0.3,
        N_("Dropout"),
        N_("The share of numbers silenced at random in each training step, so that none becomes indispensable."),
        ge=0,
        le=0.9,
    )

    def build(self, input: TextInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return BagOfEmbeddings(input, classes, self)


class BagOfEmbeddings(TextModel):
    """Averages the embeddings of all tokens and weighs the result. It cannot tell "good, not bad" from "bad, not good".

    In: token ids (B, T), lengths (B,). Out: logits (B, K).

    Source: Iyyer et al., "Deep unordered composition rivals syntactic methods for text classification", ACL 2015.
    """

    def __init__(self, input: TextInput, classes: int, config: BagOfEmbeddingsConfig) -> None:
        super().__init__(input.vocabulary_size, config.embedding)
        self.dropout = nn.Dropout(config.dropout)
        width = config.hidden or config.embedding
        self.hidden = nn.Sequential(nn.Linear(config.embedding, width), nn.ReLU()) if config.hidden else nn.Identity()
        self.dense = nn.Linear(width, classes)

    def from_embeddings(self, x_BTE: Tensor, lengths_B: Tensor) -> Tensor:
        """Returns the logits (B, K)."""
        logits_BK: Tensor = self.dense(self.hidden(self.dropout(mean_state(x_BTE, lengths_B))))
        return logits_BK
