"""What a model's settings must be able to do. Knows no architecture."""

from typing import Any

from torch import nn

from core.settings import Component


class ModelConfig(Component):
    """Settings of an architecture. A sub-class stands beside its `nn.Module` and builds it."""

    def build(self, input: Any, classes: int) -> nn.Module:
        """Returns the network with fresh weights (drawn from torch's global generator).

        Args:
            input: what it will read, of the class that its modality names: an image network gets its sizes from here,
                a text network its vocabulary.
            classes: how many logits it answers with: forward(...) -> (B, classes).
        """
        raise NotImplementedError
