"""Estimates the cost of a run before it starts: parameters, memory, and the time of an epoch from a few steps.

The steps are real training steps on random input of the right shape; nothing is read, downloaded or kept. They use only
their own random generator, so they do not change a training in the same process. The caller can stop the generator
between two steps.
"""

import statistics
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core import device as devices
from core import modalities
from core.data.base import DatasetInfo
from core.errors import machine_errors
from core.input_spec import InputSpec
from core.runs.config import RunConfig
from core.training.first_weights import freeze
from core.training.loop import train_step

WARM_UP = 2  # the first steps are slow, because caches and buffers are still empty
STEPS = 8
PATIENCE = 1.0  # seconds after which no more steps are made
PAYS = 1.2  # a smaller gain is within the noise, and less than a second thread loses when the computer is busy


@dataclass(frozen=True)
class MoreThreads:
    """A number of threads that is faster than the chosen one while nothing else runs. Speeds in examples per second."""

    threads: int
    speed: float
    speed_as_chosen: float

    @property
    def gain(self) -> float:
        """The speed divided by that with the chosen threads."""
        return self.speed / self.speed_as_chosen


@dataclass(frozen=True)
class Estimate:
    """The cost of a run. `bytes` counts weights, gradients, optimizer state and the activations of one batch.

    `parameters` counts those that learn, not frozen ones. `seconds_per_epoch` does not include validation.
    `more_threads` is None if more threads are not faster or not there.
    """

    parameters: int
    bytes: int
    seconds_per_epoch: float
    seconds: float
    more_threads: MoreThreads | None = None


def estimate(config: RunConfig, info: DatasetInfo) -> Generator[None, None, Estimate]:
    """Builds the network, makes a few steps with random input, and extrapolates. Yields between steps.

    The number of torch's threads is restored afterwards.

    Raises:
        NeurariumError: the model cannot be built for this data, or there is not enough memory.
    """
    training, objective = config.training, config.objective
    input_spec = InputSpec(input=info.input, class_names=tuple(map(str, range(info.classes))))
    chosen, most = devices.threads_for(training.threads), devices.ALL_THREADS
    with machine_errors(), devices.threads_restored():
        devices.prepare(chosen)
        device = devices.choose(training.device)
        with torch.device("meta"):  # drawing initial weights would use the global random generator
            model = config.model.build(info.input, objective.outputs(input_spec))
        _fill(model.to_empty(device=device))
        for module in freeze(model, config.initial_weights.frozen):
            module.eval()
        modality = modalities.of(info.input)
        modality.prepare_model(model)
        optimizer = config.optimizer.build(model.parameters())
        batch = max(min(training.batch_size, info.train), 1)
        generator = torch.Generator().manual_seed(0)
        targets_B = objective.random_targets(batch, input_spec, generator).to(device)
        loss_of = objective.loss(input_spec, targets_B)
        drawn = modality.random_batch(info.input, batch, config.dataset.usual_length, generator)
        inputs = tuple(tensor.to(device) for tensor in drawn)
        activations = _activation_bytes(model, inputs)
        yield

        def step() -> None:
            loss, _outputs_BK = train_step(model, optimizer, inputs, targets_B, training, loss_of)
            loss.item()  # waits until a graphics processor has finished

        has_more = most > chosen and device.type == "cpu"
        times = yield from _times(step, chosen, PATIENCE / 2 if has_more else PATIENCE)
        seconds = _typical(times)
        more, patience = None, PATIENCE - sum(times)
        if has_more and patience > 0:
            times = yield from _times(step, most, patience)
            more = MoreThreads(most, batch / _typical(times), batch / seconds)
    weights = sum(p.numel() for p in model.parameters())
    parameters = sum(p.numel() for p in model.parameters() if p.requires_grad)
    moments = [t for memory in optimizer.state.values() for t in memory.values() if isinstance(t, Tensor)]
    per_epoch = seconds * -(-info.train // batch)
    return Estimate(
        parameters=parameters,
        bytes=(weights + parameters) * 4 + sum(t.nbytes for t in moments) + activations,
        seconds_per_epoch=per_epoch,
        seconds=per_epoch * training.epochs,
        more_threads=more if more is not None and more.gain >= PAYS else None,
    )


def _times(step: Callable[[], None], threads: int, patience: float) -> Generator[None, None, list[float]]:
    """Makes a few steps with so many threads; yields after each, and returns the seconds that each took."""
    times: list[float] = []
    while len(times) < WARM_UP + STEPS and sum(times) < patience:
        devices.use_threads(threads)  # a training between two steps may have changed it
        began = time.perf_counter()
        step()
        times.append(time.perf_counter() - began)
        yield
    return times


def _typical(times: list[float]) -> float:
    return statistics.median(times[WARM_UP:] or times[-1:])


def _fill(model: nn.Module) -> None:
    """Gives the network small weights and switches dropout off; uses only its own random generator."""
    generator = torch.Generator().manual_seed(0)
    for tensor in model.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand(tensor.shape, generator=generator) * 0.1)
        else:
            tensor.zero_()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        elif isinstance(module, nn.RNNBase):
            module.dropout = 0.0


def _activation_bytes(model: nn.Module, inputs: tuple[Tensor, ...]) -> int:
    """Counts the bytes that autograd keeps from a forward pass for the backward pass."""
    kept: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        model(*inputs)
    return sum(kept.values())
