"""Settings of parts that the command line offers under their own names. Imports no part and no torch.

A part inherits such a setting from here, so that its title, help and bounds are defined once.
"""

from core.i18n import N_
from core.settings import Component, setting


class HasLearningRate(Component):
    """A part that makes training steps. `learning_rate` is the base that a schedule multiplies."""

    learning_rate: float = setting(
        1e-3,
        N_("Learning rate"),
        N_("How far each step goes along the gradient. Too small learns slowly, too large overshoots or diverges."),
        scale="log",
        gt=0,
        le=10,
    )


class HasTrainExamples(Component):
    """A part with training examples. The user may choose to use only some of them."""

    train_examples: int | None = setting(
        None,
        N_("Training examples"),
        N_("Use only this many training examples, evenly over the classes. Empty means all of them."),
        scale="log",
        none=N_("all"),
        ge=2,
        le=10_000_000,
    )
