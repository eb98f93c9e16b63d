"""What a modality is: all that differs between networks that read images, sentences, or anything else.

Knows no dataset and no model but by its key, and loads no torch. Axes: B batch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from core.errors import RunError
from core.i18n import _
from core.input_spec import ImageInput, TextInput

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

InputT = TypeVar("InputT", ImageInput, TextInput)


def _leave_as_it_is(model: "nn.Module") -> None:
    """Most networks compute best as they were built."""


@dataclass(frozen=True)
class Modality(Generic[InputT]):
    """One kind of thing that networks read.

    Attributes:
        key: what datasets and models call it, and `reading.json` beside the weights.
        title: what such a dataset holds, marked with `N_`.
        input: the record of what such a network reads.
        dataset: the key of the dataset to take where none was chosen.
        model: the key of the model to take where none was chosen.
        wrong_run: asks for a run of this modality where another was given; a sentence, marked with `N_`.
        random_batch: returns the arguments of a forward pass for B examples: what the network reads, B, how many steps
            an example has (where it has any), and the generator to draw from.
        prepare_model: lays a network out in memory as it computes fastest.
    """

    key: str
    title: str
    input: type[InputT]
    dataset: str
    model: str
    wrong_run: str
    random_batch: "Callable[[InputT, int, int, torch.Generator], tuple[Tensor, ...]]"
    prepare_model: "Callable[[nn.Module], None]" = _leave_as_it_is

    def require(self, input: ImageInput | TextInput) -> InputT:
        """Returns `input`, known to be of this modality.

        Raises:
            RunError: it is of another one.
        """
        if not isinstance(input, self.input):
            raise RunError(_("This network reads no {wanted}.").format(wanted=_(self.title)), _(self.wrong_run))
        return input
