"""Defines a modality: everything that differs between networks that read images, sentences, or anything else.

Refers to datasets and models only by their keys, and does not load torch. Axes: B batch.
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
    """Most networks need no other memory layout."""


@dataclass(frozen=True)
class Modality(Generic[InputT]):
    """One kind of input that networks read.

    Attributes:
        key: its name in datasets, in models, and in `reading.json` next to the weights.
        title: what such a dataset contains, marked with `N_`.
        input: the record that describes what such a network reads.
        dataset: the key of the default dataset.
        model: the key of the default model.
        wrong_run: a sentence that asks for a run of this modality if another was given, marked with `N_`.
        random_batch: returns the arguments of a forward pass for B random examples. Its own arguments are: what the
            network reads, B, the number of steps of an example (if it has steps), and the random generator.
        prepare_model: brings a network into its fastest memory layout.
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
        """Checks that `input` is of this modality and returns it.

        Raises:
            RunError: it is of another one.
        """
        if not isinstance(input, self.input):
            raise RunError(_("This network reads no {wanted}.").format(wanted=_(self.title)), _(self.wrong_run))
        return input
