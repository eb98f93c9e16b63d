"""Learning-rate schedules: the factor of the base learning rate at each step. Independent of optimizers.

Pure functions of the step, with values in 0..1: the base learning rate is the peak. In the formulas: f the factor, t
the number of the step from 0, T the number of steps in the run.
"""

import math
from typing import ClassVar

from core.i18n import N_
from core.optim.base import ScheduleConfig
from core.settings import setting

_SGDR = "Loshchilov & Hutter, “SGDR: stochastic gradient descent with warm restarts”, ICLR 2017 (without restarts)"


def _half_cosine(start: float, end: float, share: float) -> float:
    """Interpolates from `start` (share 0) to `end` (share 1) along half a cosine wave, flat at both ends."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def _final_factor(default: float) -> float:
    value: float = setting(
        default,
        N_("Final factor"),
        N_("The part of the base learning rate that is left at the end."),
        ge=0,
        le=1,
    )
    return value


class ConstantConfig(ScheduleConfig):
    """The same learning rate from the first step to the last."""

    key: ClassVar[str] = "constant"
    title: ClassVar[str] = N_("Constant")
    summary: ClassVar[str] = N_("Keeps the learning rate as it is, from the first step to the last.")
    source: ClassVar[str] = "Robbins & Monro, “A stochastic approximation method”, Ann. Math. Statist. 22(3), 1951"
    formula: ClassVar[str] = "f = 1"

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        """Returns 1."""
        return 1.0


class StepConfig(ScheduleConfig):
    """Drops at fixed intervals."""

    key: ClassVar[str] = "step"
    title: ClassVar[str] = N_("Step decay")
    summary: ClassVar[str] = N_("Drops the learning rate sharply every few epochs: first get near, then settle.")
    source: ClassVar[str] = "He et al., “Deep residual learning for image recognition”, CVPR 2016, section 3.4"
    formula: ClassVar[str] = "f = drop^⌊epoch / every⌋,  epoch = 0, 1, 2, …"

    every_epochs: int = setting(
        5, N_("Every (epochs)"), N_("After how many epochs the learning rate drops again."), ge=1, le=1000
    )
    drop: float = setting(
        0.1, N_("Drop to"), N_("What remains of the learning rate after each drop, as a factor."), gt=0, lt=1
    )

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        """Returns the factor that multiplies the base learning rate at `step`."""
        epochs_done = step // steps_per_epoch
        return float(self.drop ** (epochs_done // self.every_epochs))


class CosineConfig(ScheduleConfig):
    """Falls along half a cosine."""

    key: ClassVar[str] = "cosine"
    title: ClassVar[str] = N_("Cosine")
    summary: ClassVar[str] = N_(
        "Lets the learning rate glide down along half a cosine wave: long at the top, gentle at the end."
    )
    source: ClassVar[str] = _SGDR
    formula: ClassVar[str] = "f = f_end + (1 − f_end)·(1 + cos(π·t / T)) / 2"

    final_factor: float = _final_factor(0.0)

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        """Returns the factor that multiplies the base learning rate at `step`."""
        # The curve ends one step after the last step: otherwise the last step would have a learning rate of zero.
        return _half_cosine(1.0, self.final_factor, step / steps)


class WarmupCosineConfig(ScheduleConfig):
    """Rises along a line, then falls along half a cosine."""

    key: ClassVar[str] = "warmup_cosine"
    title: ClassVar[str] = N_("Warm-up + cosine")
    summary: ClassVar[str] = N_(
        "Starts gently while the weights are still random, then glides down along half a cosine wave."
    )
    source: ClassVar[str] = "Goyal et al., “Accurate, large minibatch SGD”, 2017, for the warm-up; " + _SGDR
    formula: ClassVar[str] = (
        "t < w:  f = (t + 1) / (w + 1)\nt ≥ w:  f = f_end + (1 − f_end)·(1 + cos(π·(t − w) / (T − w))) / 2"
    )

    warmup: float = setting(
        0.05,
        N_("Warm-up share"),
        N_("The part of the run during which the learning rate rises. Protects fresh weights from full steps."),
        ge=0,
        le=0.9,
    )
    final_factor: float = _final_factor(0.0)

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        """Returns the factor that multiplies the base learning rate at `step`."""
        rising = min(round(self.warmup * steps), steps - 1)
        if step < rising:
            return (step + 1) / (rising + 1)
        return _half_cosine(1.0, self.final_factor, (step - rising) / (steps - rising))


class OneCycleConfig(ScheduleConfig):
    """Rises to the base learning rate and falls to nearly nothing, both along half a cosine."""

    key: ClassVar[str] = "one_cycle"
    title: ClassVar[str] = N_("One cycle")
    summary: ClassVar[str] = N_(
        "Rises to a bold learning rate and falls to almost nothing: learns much in very few epochs."
    )
    source: ClassVar[str] = (
        "Smith & Topin, “Super-convergence: very fast training of neural networks using large learning rates”, 2018; "
        "momentum stays as it is"
    )
    formula: ClassVar[str] = (
        "t < p:  f = 1 − (1 − f_start)·(1 + cos(π·t / p)) / 2\n"
        "t ≥ p:  f = f_end + (1 − f_end)·(1 + cos(π·(t − p) / (T − p))) / 2"
    )

    rise: float = setting(
        0.3, N_("Rising share"), N_("The part of the run during which the learning rate rises."), ge=0, le=0.9
    )
    initial_factor: float = setting(
        0.04, N_("Initial factor"), N_("The part of the base learning rate at which the run begins."), ge=0, le=1
    )
    final_factor: float = _final_factor(0.0)

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        """Returns the factor that multiplies the base learning rate at `step`."""
        peak = min(round(self.rise * steps), steps - 1)
        if step < peak:
            return _half_cosine(self.initial_factor, 1.0, step / peak)
        return _half_cosine(1.0, self.final_factor, (step - peak) / (steps - peak))
