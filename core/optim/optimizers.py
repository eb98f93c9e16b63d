"""The optimizers: their settings, their update rules, and the torch optimizers that carry them out.

Independent of models, data and schedules. In the formulas: θ weights, g gradient of the loss, η learning rate, t the
number of the step from 1; products, quotients and roots of vectors are element by element. With an L2 weight decay λ,
g means g + λ·θ.
"""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import nn

from core.i18n import N_
from core.optim.base import OptimizerConfig
from core.settings import setting


def _learning_rate(default: float) -> float:
    field = OptimizerConfig.model_fields["learning_rate"]
    value: float = setting(default, field.title or "", field.description or "", scale="log", gt=0, le=10)
    return value


def _l2_weight_decay() -> float:
    value: float = setting(
        0.0,
        N_("Weight decay (L2)"),
        N_("Adds this times each weight to its gradient, as a penalty on the squared weights would. Keeps them small."),
        scale="log",
        ge=0,
        le=1,
    )
    return value


def _momentum(help: str) -> float:
    # Above zero, since Nesterov's look-ahead needs it. Without momentum the optimizer is SGD, a separate entry.
    value: float = setting(0.9, N_("Momentum"), help, gt=0, lt=1)
    return value


def _epsilon(default: float) -> float:
    value: float = setting(
        default,
        N_("Epsilon"),
        N_("A small number that keeps the division from blowing up where gradients have been close to zero."),
        scale="log",
        gt=0,
        le=1,
    )
    return value


def _beta1() -> float:
    value: float = setting(
        0.9, N_("Beta 1"), N_("How much of the running mean of gradients is kept at each step."), ge=0, lt=1
    )
    return value


def _beta2() -> float:
    value: float = setting(
        0.999, N_("Beta 2"), N_("How much of the running mean of squared gradients is kept at each step."), ge=0, lt=1
    )
    return value


def _amsgrad() -> bool:
    value: bool = setting(
        False,
        N_("AMSGrad"),
        N_("Divides by the largest mean of squares so far, so that a weight's steps never grow again."),
    )
    return value


def _fused(parameters: list[nn.Parameter]) -> bool | None:
    # One kernel for the whole update. On a CPU it takes 0.2 to 0.7 of the time of the other implementations, for every
    # optimizer with a state. On other devices some optimizers have no fused kernel, and None lets torch choose.
    return True if parameters[0].device.type in ("cpu", "cuda") else None


class SgdConfig(OptimizerConfig):
    """Stochastic gradient descent without memory."""

    key: ClassVar[str] = "sgd"
    title: ClassVar[str] = N_("SGD")
    summary: ClassVar[str] = N_(
        "Takes a small step straight down the slope of the current batch, with no memory of earlier ones."
    )
    source: ClassVar[str] = "Robbins & Monro, “A stochastic approximation method”, Ann. Math. Statist. 22(3), 1951"
    formula: ClassVar[str] = "θ ← θ − η·g"

    # Ten times the momentum optimizers' value: the gradient of a mean loss is small, and SGD does not rescale it.
    learning_rate: float = _learning_rate(0.1)
    weight_decay: float = _l2_weight_decay()

    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Returns the optimizer over `parameters`."""
        # Without a state a fused kernel saves nothing: `foreach` is the fastest here.
        return torch.optim.SGD(parameters, self.learning_rate, weight_decay=self.weight_decay, foreach=True)


class MomentumConfig(OptimizerConfig):
    """Gradient descent with momentum."""

    key: ClassVar[str] = "momentum"
    title: ClassVar[str] = N_("Momentum")
    summary: ClassVar[str] = N_("Rolls downhill like a heavy ball: steady slopes make it faster, zigzags cancel out.")
    source: ClassVar[str] = (
        "Polyak, “Some methods of speeding up the convergence of iteration methods”, USSR Comput. Math. 4(5), 1964"
    )
    formula: ClassVar[str] = "v ← μ·v + g\nθ ← θ − η·v"

    # A tenth of SGD's: along a steady slope, momentum 0.9 makes steps 1/(1 - 0.9) = 10 times as long.
    learning_rate: float = _learning_rate(0.01)
    momentum: float = _momentum(
        N_("How much of its speed the ball keeps at each step. At 0.9, steady gradients add up to ten times the step.")
    )
    weight_decay: float = _l2_weight_decay()
    _nesterov: ClassVar[bool] = False

    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Returns the optimizer over `parameters`."""
        parameters = list(parameters)
        return torch.optim.SGD(
            parameters,
            self.learning_rate,
            momentum=self.momentum,
            weight_decay=self.weight_decay,
            nesterov=self._nesterov,
            fused=_fused(parameters),
        )


class NesterovConfig(MomentumConfig):
    """Gradient descent with Nesterov's momentum."""

    key: ClassVar[str] = "nesterov"
    title: ClassVar[str] = N_("Nesterov")
    summary: ClassVar[str] = N_("Momentum that looks ahead to where it is rolling and brakes before the slope turns.")
    source: ClassVar[str] = "Nesterov, Dokl. Akad. Nauk SSSR 269, 1983; in the form of Sutskever et al., ICML 2013"
    formula: ClassVar[str] = "v ← μ·v + g\nθ ← θ − η·(g + μ·v)"
    _nesterov: ClassVar[bool] = True


class AdagradConfig(OptimizerConfig):
    """Adagrad."""

    key: ClassVar[str] = "adagrad"
    title: ClassVar[str] = N_("Adagrad")
    summary: ClassVar[str] = N_(
        "Gives every weight its own step, shorter the more gradient it has seen, so that rare features still learn."
    )
    source: ClassVar[str] = "Duchi, Hazan & Singer, “Adaptive subgradient methods”, JMLR 12, 2011"
    formula: ClassVar[str] = "s ← s + g²\nθ ← θ − η·g / (√s + ε)"

    learning_rate: float = _learning_rate(0.01)
    learning_rate_decay: float = setting(
        0.0,
        N_("Learning rate decay"),
        N_("Divides the learning rate by 1 + this × steps made, on top of what Adagrad's own memory does."),
        scale="log",
        ge=0,
        le=1,
    )
    initial_accumulator: float = setting(
        0.0,
        N_("Initial accumulator"),
        N_("Where the sum of squared gradients starts. Above zero, the first steps are shorter."),
        scale="log",
        ge=0,
        le=10,
    )
    epsilon: float = _epsilon(1e-10)
    weight_decay: float = _l2_weight_decay()

    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Returns the optimizer over `parameters`."""
        parameters = list(parameters)
        return torch.optim.Adagrad(
            parameters,
            self.learning_rate,
            lr_decay=self.learning_rate_decay,
            weight_decay=self.weight_decay,
            initial_accumulator_value=self.initial_accumulator,
            eps=self.epsilon,
            fused=_fused(parameters),
        )


class RmspropConfig(OptimizerConfig):
    """RMSprop."""

    key: ClassVar[str] = "rmsprop"
    title: ClassVar[str] = N_("RMSprop")
    summary: ClassVar[str] = N_("Divides each weight's step by the recent size of its gradients: Adagrad that forgets.")
    source: ClassVar[str] = "Tieleman & Hinton, “Lecture 6.5: RMSProp”, Neural Networks for Machine Learning, 2012"
    formula: ClassVar[str] = "s ← α·s + (1 − α)·g²\nθ ← θ − η·g / (√s + ε)"

    learning_rate: float = _learning_rate(1e-3)
    # The lecture's value, and Keras'. torch's own 0.99 makes the first step ten learning rates long instead of three.
    alpha: float = setting(
        0.9,
        N_("Decay (alpha)"),
        N_("How much of the running mean of squared gradients is kept at each step."),
        ge=0,
        lt=1,
    )
    momentum: float = setting(
        0.0, N_("Momentum"), N_("How much of the last step is added to the next. Zero in the original."), ge=0, lt=1
    )
    centered: bool = setting(
        False,
        N_("Centred"),
        N_("Divides by the gradient's standard deviation instead of the root of its mean square."),
    )
    epsilon: float = _epsilon(1e-8)
    weight_decay: float = _l2_weight_decay()

    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Returns the optimizer over `parameters`."""
        return torch.optim.RMSprop(
            parameters,
            self.learning_rate,
            alpha=self.alpha,
            eps=self.epsilon,
            weight_decay=self.weight_decay,
            momentum=self.momentum,
            centered=self.centered,
            # torch has no fused RMSprop; with many small tensors, this takes 0.7 of the time of a loop.
            foreach=True,
        )


class AdamConfig(OptimizerConfig):
    """Adam."""

    key: ClassVar[str] = "adam"
    title: ClassVar[str] = N_("Adam")
    summary: ClassVar[str] = N_(
        "Momentum and RMSprop together, both corrected for having started at zero; the usual first choice."
    )
    source: ClassVar[str] = "Kingma & Ba, “Adam: a method for stochastic optimization”, ICLR 2015"
    formula: ClassVar[str] = (
        "m ← β₁·m + (1 − β₁)·g\nv ← β₂·v + (1 − β₂)·g²\nm̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)\nθ ← θ − η·m̂ / (√v̂ + ε)"
    )

    learning_rate: float = _learning_rate(1e-3)
    beta1: float = _beta1()
    beta2: float = _beta2()
    epsilon: float = _epsilon(1e-8)
    weight_decay: float = _l2_weight_decay()
    amsgrad: bool = _amsgrad()

    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Returns the optimizer over `parameters`."""
        parameters = list(parameters)
        return torch.optim.Adam(
            parameters,
            self.learning_rate,
            betas=(self.beta1, self.beta2),
            eps=self.epsilon,
            weight_decay=self.weight_decay,
            amsgrad=self.amsgrad,
            fused=_fused(parameters),
        )


class AdamWConfig(OptimizerConfig):
    """AdamW."""

    key: ClassVar[str] = "adamw"
    title: ClassVar[str] = N_("AdamW")
    summary: ClassVar[str] = N_(
        "Adam whose weight decay shrinks the weights directly, instead of getting lost among the gradients."
    )
    source: ClassVar[str] = "Loshchilov & Hutter, “Decoupled weight decay regularization”, ICLR 2019"
    formula: ClassVar[str] = (
        "θ ← θ − η·λ·θ\nm ← β₁·m + (1 − β₁)·g\nv ← β₂·v + (1 − β₂)·g²\n"
        "m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)\nθ ← θ − η·m̂ / (√v̂ + ε)"
    )

    learning_rate: float = _learning_rate(1e-3)
    beta1: float = _beta1()
    beta2: float = _beta2()
    epsilon: float = _epsilon(1e-8)
    weight_decay: float = setting(
        0.01,
        N_("Weight decay"),
        N_("At each step every weight shrinks by this times the learning rate, whatever its gradient."),
        scale="log",
        ge=0,
        le=1,
    )
    amsgrad: bool = _amsgrad()

    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Returns the optimizer over `parameters`."""
        parameters = list(parameters)
        return torch.optim.AdamW(
            parameters,
            self.learning_rate,
            betas=(self.beta1, self.beta2),
            eps=self.epsilon,
            weight_decay=self.weight_decay,
            amsgrad=self.amsgrad,
            fused=_fused(parameters),
        )
