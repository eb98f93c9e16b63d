"""Transfer learning: copies another network's weights into a new network, and freezes layers."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.data.base import Data
from core.errors import ConfigError, RunError
from core.i18n import _
from core.input_spec import InputSpec
from core.runs import initial_weights
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore


@dataclass(frozen=True)
class FirstWeights:
    """The weights of another network.

    Attributes:
        weights: by name, "model." left out.
        input_spec: what that network reads.
        source: the name of its run.
    """

    weights: dict[str, Tensor]
    input_spec: InputSpec
    source: str

    def seen(self, data: Data) -> Data:
        """Returns `data` as the other network reads it (its tokens, its mean and standard deviation), if the sizes fit.

        The classes are still those of `data`.
        """
        own, theirs = data.input_spec, self.input_spec.input
        if not own.input.fits(theirs):
            return data
        return data.seen_by(InputSpec(input=theirs, class_names=own.class_names))

    @torch.no_grad()
    def put_into(self, model: nn.Module) -> tuple[str, ...]:
        """Copies every tensor whose name and shape fit; returns the names of the tensors of `model` that do not change.

        Raises:
            RunError: no weight matrix fits.
        """
        own = model.state_dict()
        fitting = {n: w for n, w in self.weights.items() if n in own and own[n].shape == w.shape}
        if not any(tensor.ndim > 1 for tensor in fitting.values()):
            raise RunError(
                _("The weights of {run} fit no layer of this network.").format(run=self.source),
                _("Choose the network that they were trained in, with the same sizes."),
            )
        for name, tensor in fitting.items():
            own[name].copy_(tensor)
        return tuple(name for name in own if name not in fitting)


def first_weights(config: RunConfig, run: Run | None) -> FirstWeights | None:
    """Returns the initial weights of a network, or None if they are random.

    Args:
        config: the configuration of the run.
        run: its folder, which holds a copy of the weights; if None, they are read from the run that they come from.

    Raises:
        RunError: the weights are missing or damaged.
    """
    wanted = config.initial_weights
    if not wanted.run:
        return None
    if run is not None:
        return FirstWeights(*initial_weights.read_copy(run))
    return FirstWeights(*initial_weights.read(RunStore().find(wanted.run), wanted.checkpoint))


def freeze(model: nn.Module, name: str) -> list[nn.Module]:
    """Freezes the layers up to and including the one called `name`.

    Returns:
        The frozen modules. They must stay in eval mode, or batch normalisation would still update its statistics.

    Raises:
        ConfigError: there is no such layer, or no layer is left to train.
    """
    if not name:
        return []
    modules = [(each, module) for each, module in model.named_modules() if each]
    last = max((i for i, (each, _m) in enumerate(modules) if each == name or each.startswith(f"{name}.")), default=None)
    if last is None:
        with_weights = [each for each, module in modules if any(True for _p in module.parameters())]
        raise ConfigError(
            _("This network has no layer called “{name}”.").format(name=name),
            _("Choose one of: {keys}.").format(keys=", ".join(with_weights)),
        )
    frozen = [module for _name, module in modules[: last + 1]]
    for module in frozen:
        for parameter in module.parameters(recurse=False):
            parameter.requires_grad_(False)
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ConfigError(
            _("With all layers up to “{name}” frozen, nothing is left to learn.").format(name=name),
            _("Freeze the network up to an earlier layer."),
        )
    # A block with layers that are trained is not frozen itself.
    return [module for module in frozen if not any(parameter.requires_grad for parameter in module.parameters())]
