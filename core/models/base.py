"""The interface of a model's settings."""

from typing import Any

from torch import nn

from core.settings import Component


class ModelConfig(Component):
    """Settings of an architecture. A subclass is in the same file as its `nn.Module` and builds it."""

    def build(self, input: Any, classes: int) -> nn.Module:
        """Returns the network with fresh weights (drawn from torch's global generator).

        Args:
            input: what it will read, as the input class of its modality. It gives an image network its sizes, and a
                text network its vocabulary.
            classes: the number of outputs that the objective needs: forward(...) -> (B, classes). For classification
                they are the logits of the classes.
        """
        raise NotImplementedError
