"""The training loop: a generator that trains a network and yields events about it.

One `next()` makes several steps (a single one at cadence zero). Not calling `next()` is Pause. Closing the generator is
Stop: it leaves a checkpoint from which `fit` resumes bit for bit as if it had never stopped. Knows no screen.

Axes: B batch, K outputs.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from core import device as devices
from core import modalities, seeding
from core.data.base import Data
from core.data.library import load
from core.errors import NeurariumError, machine_errors
from core.events import CheckpointSaved, EndReason, EpochDone, Evaluating, Event, Preparing, RunEnded, RunStarted
from core.i18n import _, ngettext
from core.objectives.base import Evaluation, LossFunction
from core.runs import consent
from core.runs.config import RunConfig, TrainingConfig
from core.runs.run import Run
from core.training.checkpointer import Checkpointer
from core.training.evaluate import evaluate
from core.training.first_weights import first_weights, freeze
from core.training.state import Stopwatch, TrainingState
from core.training.step_buffer import StepBuffer

Events = Generator[Event, None, None]
Begin = Callable[[nn.Module], Sequence[str] | None]
"""Changes the initial weights of a network; returns the names of those that stay random, if any."""


def train_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    inputs: tuple[Tensor, ...],
    targets_B: Tensor,
    training: TrainingConfig,
    loss_of: LossFunction,
) -> tuple[Tensor, Tensor]:
    """Makes one step of gradient descent. Everything else in this file is bookkeeping.

    Returns:
        The mean loss of the batch and the network's outputs (B, K).
    """
    optimizer.zero_grad()
    if training.precision == "float32":
        outputs_BK = model(*inputs)
    else:
        with torch.autocast(targets_B.device.type, torch.bfloat16):
            outputs_BK = model(*inputs).float()
    loss = loss_of(outputs_BK, targets_B)
    loss.backward()
    if training.gradient_clip is not None:
        nn.utils.clip_grad_norm_(model.parameters(), training.gradient_clip)
    optimizer.step()
    return loss.detach(), outputs_BK.detach()


@dataclass
class Control:
    """What can be changed while a run goes on. Any thread may write it; the loop reads it between two steps.

    Attributes:
        cadence: seconds between two `StepsDone`; 0 yields every single step.
        learning_rate: a new base learning rate, or None for no change.
        not_before: the time (of `time.perf_counter`) before which no further step is made.
    """

    cadence: float = 1 / 10
    learning_rate: float | None = None
    not_before: float = 0.0


class Diverged(Exception):
    """The loss is NaN, infinite, or far larger than at the start."""


def fit(
    config: RunConfig,
    run: Run | None = None,
    control: Control | None = None,
    data: Data | None = None,
    begin: Begin | None = None,
) -> Events:
    """Trains according to `config` and yields events, from preparing the data to `RunEnded`.

    Args:
        config: what to train, on which data, and how.
        run: the folder that keeps the run. If it holds a checkpoint, training resumes from there. None keeps nothing.
        control: what can be changed during training.
        data: what to train on instead of `config.dataset`, for a recipe that prepares its own examples.
        begin: see `Begin`; without it the weights are those of `config.initial_weights`.

    Raises:
        NeurariumError: a problem with the data, the disk, the memory or the config; the message says what to do.
            The run can be resumed; a folder in which training never started is removed.

    >>> from core.events import EpochDone
    >>> from core.runs.config import RunConfig
    >>> from core.training.loop import fit
    >>> data = {"key": "strokes", "examples": 200}
    >>> config = RunConfig.make(dataset=data, model="softmax_regression", training={"epochs": 2})
    >>> events = list(fit(config))
    >>> events[-1].reason
    'finished'
    >>> first, second = (event for event in events if isinstance(event, EpochDone))
    >>> first.train["loss"] > second.train["loss"]
    True
    """
    if run is None:
        yield from _fit(config, None, control or Control(), data, begin)
    else:
        try:
            with run.locked():
                yield from _fit(config, run, control or Control(), data, begin)
        finally:
            run.discard_if_it_never_began()


def _fit(
    config: RunConfig,
    run: Run | None,
    control: Control,
    data: Data | None,
    begin: Begin | None,
) -> Events:
    trainer: Trainer | None = None
    try:
        with machine_errors():
            if data is None:
                if run is not None:
                    consent.require(config)
                data = yield from load(config.dataset, config.training.seed)
            given = first_weights(config, run)
            if given is not None:
                data, begin = given.seen(data), given.put_into
            made = Trainer(config, data, Checkpointer(run, config.training), control, begin)
            yield from made.notices()
            trainer = made
            outcome = yield from trainer.train()
            ending = trainer.end(*outcome)
    except Diverged:
        assert trainer is not None
        ending = trainer.end("diverged", trainer.divergence())
    except GeneratorExit:
        if trainer is not None:
            trainer.stop()
        raise
    except Exception as error:
        if trainer is not None:
            trainer.end("failed", str(error) if isinstance(error, NeurariumError) else repr(error))
        raise
    yield ending


class Trainer:
    """One run in progress: the network, the optimizer, and the training state."""

    def __init__(
        self,
        config: RunConfig,
        data: Data,
        checkpointer: Checkpointer,
        control: Control,
        begin: Begin | None = None,
    ) -> None:
        training = config.training
        self.config, self.input_spec, self.checkpointer, self.control = config, data.input_spec, checkpointer, control
        self.objective = config.objective
        self.threads = devices.threads_for(training.threads)
        devices.prepare(self.threads)
        self.device = devices.choose(training.device)
        self.train_split = data.split("train").to(self.device)
        self.validation_split = data.split("validation").to(self.device)
        self.steps_per_epoch = -(-len(self.train_split) // training.batch_size)

        self.drawn: Sequence[str] = ()
        with seeding.seeded(config.drawn_from, 0, self.device):
            self.model = config.model.build(self.input_spec.input, self.objective.outputs(self.input_spec))
            if begin is not None and (checkpointer.run is None or not checkpointer.run.last.is_file()):
                self.drawn = begin(self.model) or ()
        self.frozen = freeze(self.model, config.initial_weights.frozen)
        self.model.to(self.device)
        modalities.of(self.input_spec.input).prepare_model(self.model)
        self.optimizer = config.optimizer.build(self.model.parameters())
        self.loss_of = self.objective.loss(self.input_spec, self.train_split.targets_N)
        primary = self.objective.primary.key
        restored = checkpointer.restore(self.model, self.optimizer, self.input_spec, primary)
        self.is_resumed = restored is not None
        self.progress = restored or TrainingState(config.optimizer.learning_rate, primary=primary)
        self.stopwatch = Stopwatch(self.progress.seconds)
        self.buffer = StepBuffer(self.progress.seconds)
        self.reported = self.saved = time.perf_counter()
        self.has_diverged = False

    def notices(self) -> Iterator[Preparing]:
        """Yields what the learner should know before training starts."""
        if self.drawn:
            text = _("Some weights do not fit this network and begin as drawn by seed: {names}.")
            yield Preparing(_("Preparing the data"), notice=text.format(names=_(", ").join(self.drawn)))
        batch, count = self.config.training.batch_size, len(self.train_split)
        if batch > count:
            text = _("A batch of {batch} is more than the {count} training examples: each step takes them all.")
            yield Preparing(_("Preparing the data"), notice=text.format(batch=batch, count=count))

    # -- the run, from its first step to its last

    def train(self) -> Generator[Event, None, tuple[EndReason, str]]:
        """Yields everything from `RunStarted` to the last `EpochDone` and its checkpoint; returns why it ended."""
        training, progress = self.config.training, self.progress
        if not self.is_resumed:
            self.checkpointer.begin(self.input_spec, devices.describe(self.device))
            yield from self._yield(*self._save(after_epoch=0))
        yield from self._report(self._started())
        self._enter_training_mode()
        while progress.epoch <= training.epochs:
            waited = progress.epochs_done - (progress.best_epoch or 0)
            if training.early_stopping is not None and waited >= training.early_stopping:
                message = ngettext(
                    "Stopped early: validation {metric} has not improved for {epochs} epoch.",
                    "Stopped early: validation {metric} has not improved for {epochs} epochs.",
                    waited,
                )
                return "early_stopped", message.format(metric=self.objective.primary.name, epochs=waited)
            yield from self._train_epoch()
            done = yield from self._validate()
            self.checkpointer.write(done)
            progress.turn_to_next_epoch()
            yield from self._yield(done, *self._save(after_epoch=done.epoch, is_best=done.is_best))
        message = ngettext("Finished {epochs} epoch.", "Finished all {epochs} epochs.", training.epochs)
        return "finished", message.format(epochs=training.epochs)

    def _enter_training_mode(self) -> None:
        """Puts the network into training mode, but not its frozen layers."""
        self.model.train()
        for module in self.frozen:
            module.eval()

    def _train_epoch(self) -> Events:
        training, progress = self.config.training, self.progress
        self.buffer = StepBuffer(self.stopwatch.seconds)
        shuffle = torch.Generator().manual_seed(seeding.mixed(self.config.drawn_from, progress.epoch))
        for index_B in self.train_split.order(training.batch_size, shuffle)[progress.batch :]:
            self._wait_until_allowed()
            rate = self._set_learning_rate()
            with seeding.seeded(self.config.drawn_from, progress.step + 1, self.device):
                inputs, targets_B = self.train_split.batch(index_B.to(self.device), training.augmentation)
                loss, outputs_BK = train_step(self.model, self.optimizer, inputs, targets_B, training, self.loss_of)
            progress.batch += 1
            progress.step += 1
            self.buffer.note(loss, outputs_BK, targets_B, rate, self.stopwatch.seconds)
            if time.perf_counter() - self.reported >= self.control.cadence:
                yield from self._report_steps()
                if time.perf_counter() - self.saved >= training.checkpoint_seconds:
                    yield from self._yield(*self._save())
                self.buffer.since, self.reported = self.stopwatch.seconds, time.perf_counter()
        if self.buffer.losses:
            yield from self._report_steps()

    def _wait_until_allowed(self) -> None:
        if time.perf_counter() < self.control.not_before:
            seconds = self.stopwatch.seconds
            while time.perf_counter() < self.control.not_before:
                time.sleep(0.01)
            self.stopwatch.go_on_from(seconds)

    def _set_learning_rate(self) -> float:
        if self.control.learning_rate is not None:
            self.progress.learning_rate, self.control.learning_rate = self.control.learning_rate, None
        steps = self.steps_per_epoch * self.config.training.epochs
        factor = self.config.schedule.factor(self.progress.step, steps, self.steps_per_epoch)
        rate = self.progress.learning_rate * factor
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        return rate

    def _validate(self) -> Generator[Event, None, EpochDone]:
        """Evaluates the network on the validation set, and returns the results of the epoch."""
        progress = self.progress
        evaluation = evaluate(self.model, self.validation_split, "validation", self.objective, self.input_spec)
        result = yield from self._report_all(evaluation)
        self._enter_training_mode()
        if not np.isfinite(result.loss):
            raise Diverged
        validation = {"loss": result.loss, **result.metrics}
        rank = self.objective.rank(validation)
        is_best = rank > tuple(progress.best)
        if is_best:
            progress.best, progress.best_epoch = rank, progress.epoch
        return EpochDone(
            epoch=progress.epoch,
            step=progress.step,
            train=progress.means(),
            validation=validation,
            seconds=self.stopwatch.seconds,
            samples_per_second=progress.epoch_samples / max(progress.epoch_seconds, 1e-9),
            is_best=is_best,
        )

    # -- reporting, saving, ending

    def _started(self) -> RunStarted:
        config = self.config
        return RunStarted(
            title=f"{_(config.model.title)} · {_(config.optimizer.title)}",
            parameters=sum(p.numel() for p in self.model.parameters() if p.requires_grad),
            train_examples=len(self.train_split),
            validation_examples=len(self.validation_split),
            epochs=config.training.epochs,
            steps_per_epoch=self.steps_per_epoch,
            first_step=self.progress.step + 1,
            device=devices.describe(self.device),
            threads=self.threads,
            class_names=self.input_spec.class_names,
            metrics=self.objective.metrics,
            primary=self.objective.primary.key,
        )

    def _report_steps(self) -> Events:
        event, self.has_diverged = self.buffer.read_back(self.progress, self.objective, self.stopwatch.seconds)
        self.buffer = StepBuffer(self.stopwatch.seconds)
        self.reported = time.perf_counter()
        yield from self._report(event)
        if self.has_diverged:
            raise Diverged

    def _report_all(self, evaluation: Generator[Evaluating, None, Evaluation]) -> Generator[Event, None, Evaluation]:
        while True:
            try:
                event = next(evaluation)
            except StopIteration as end:
                result: Evaluation = end.value
                return result
            yield from self._report(event)

    def _report(self, event: Event) -> Events:
        """Writes `event` to the history and yields it."""
        self.checkpointer.write(event)
        yield from self._yield(event)

    def _yield(self, *events: Event) -> Events:
        """Yields `events`; the stopwatch does not count the time until the caller continues."""
        for event in events:
            self.progress.seconds = self.stopwatch.seconds
            yield event
            # The caller may continue in another thread, or have trained another run in this one.
            devices.use_threads(self.threads)
            self.stopwatch.go_on_from(self.progress.seconds)

    def _save(self, after_epoch: int | None = None, is_best: bool = False) -> list[CheckpointSaved]:
        self.progress.seconds = self.stopwatch.seconds
        self.saved = time.perf_counter()
        return self.checkpointer.save(
            self.model, self.optimizer, self.progress, after_epoch=after_epoch, is_best=is_best
        )

    def stop(self) -> None:
        """Saves a checkpoint at the last reported step, unless the run diverged."""
        if not self.has_diverged:
            self.checkpointer.save(self.model, self.optimizer, self.progress)
        self.end("stopped", _("Stopped. It can be resumed where it left off."))

    def divergence(self) -> str:
        """Returns what happened and what to do, for a run that diverged."""
        return _(
            "Diverged at step {step}: the loss is no longer a usable number. "
            "Try a learning rate ten times smaller than {rate}, or clip the gradient norm."
        ).format(step=self.progress.step, rate=f"{self.progress.learning_rate:.3g}")

    def end(self, reason: EndReason, message: str) -> RunEnded:
        """Writes why the run ended, and returns it as the last event."""
        progress = self.progress
        event = RunEnded(
            reason=reason,
            message=message,
            epoch=progress.epochs_done,
            step=progress.step,
            seconds=progress.seconds,
            samples_per_second=progress.samples / max(progress.training_seconds, 1e-9),
            best_epoch=progress.best_epoch,
        )
        self.checkpointer.write(event)
        return event
