"""What a run will cost, before it is started: parameters, memory, and the time of an epoch measured on a few steps.

The steps are real ones, on random input of the right shape; nothing is read or downloaded and nothing is kept. They
touch no random generator but their own, so that a run which trains in the same process does not notice; whoever pulls
the generator can stop it between two steps.
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
from core.training.loop import train_step

WARM_UP = 2  # the first steps pay for what later ones find ready
STEPS = 8
PATIENCE = 1.0  # seconds after which the steps measured so far have to do
PAYS = 1.2  # less is within what such short measurements vary, and not worth what a second thread loses beside others


@dataclass(frozen=True)
class MoreThreads:
    """More threads than chosen, which pay while nothing else runs. Speeds are in examples a second."""

    threads: int
    speed: float
    speed_as_chosen: float

    @property
    def gain(self) -> float:
        """How many times as fast they are."""
        return self.speed / self.speed_as_chosen


@dataclass(frozen=True)
class Estimate:
    """The cost of a run. Bytes count weights, gradients, optimizer memory and the activations of one batch.

    `seconds_per_epoch` leaves validation out. `more_threads` is None where more would not pay, or there are no more.
    """

    parameters: int
    bytes: int
    seconds_per_epoch: float
    seconds: float
    more_threads: MoreThreads | None = None


def estimate(config: RunConfig, info: DatasetInfo) -> Generator[None, None, Estimate]:
    """Builds the network, makes a few steps with random input, and extrapolates. Yields between steps.

    The calling thread has as many threads of torch's afterwards as before.

    Raises:
        NeurariumError: the model cannot be built for this data, or memory does not suffice.
    """
    training, objective = config.training, config.objective
    input_spec = InputSpec(input=info.input, class_names=tuple(map(str, range(info.classes))))
    chosen, most = devices.threads_for(training.threads), devices.ALL_THREADS
    with machine_errors(), devices.threads_restored():
        devices.prepare(chosen)
        device = devices.choose(training.device)
        with torch.device("meta"):  # first weights would be drawn at random
            model = config.model.build(info.input, objective.outputs(input_spec))
        _fill(model.to_empty(device=device))
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
            loss.item()  # waits for a graphics processor

        has_more = most > chosen and device.type == "cpu"
        times = yield from _times(step, chosen, PATIENCE / 2 if has_more else PATIENCE)
        seconds = _typical(times)
        more, patience = None, PATIENCE - sum(times)
        if has_more and patience > 0:
            times = yield from _times(step, most, patience)
            more = MoreThreads(most, batch / _typical(times), batch / seconds)
    parameters = sum(p.numel() for p in model.parameters() if p.requires_grad)
    moments = [t for memory in optimizer.state.values() for t in memory.values() if isinstance(t, Tensor)]
    per_epoch = seconds * -(-info.train // batch)
    return Estimate(
        parameters=parameters,
        bytes=parameters * 8 + sum(t.nbytes for t in moments) + activations,
        seconds_per_epoch=per_epoch,
        seconds=per_epoch * training.epochs,
        more_threads=more if more is not None and more.gain >= PAYS else None,
    )


def _times(step: Callable[[], None], threads: int, patience: float) -> Generator[None, None, list[float]]:
    """Makes a few steps on so many threads; yields after each, and returns how many seconds each took."""
    times: list[float] = []
    while len(times) < WARM_UP + STEPS and sum(times) < patience:
        devices.use_threads(threads)  # a run that is pulled in between has another number
        began = time.perf_counter()
        step()
        times.append(time.perf_counter() - began)
        yield
    return times


def _typical(times: list[float]) -> float:
    return statistics.median(times[WARM_UP:] or times[-1:])


def _fill(model: nn.Module) -> None:
    """Gives the network small weights and switches its dropout off, touching no random generator but its own."""
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
    """Counts what autograd keeps of one forward pass for the way back."""
    kept: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        model(*inputs)
    return sum(kept.values())
