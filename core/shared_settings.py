"""The settings that the command line offers by name although they belong to parts. Knows no part, and imports no torch.

A part that has such a setting inherits it from here, so that its title, help and bounds stand in one place.
"""

from core.i18n import N_
from core.settings import Component, setting


class HasLearningRate(Component):
    """Something that steps. `learning_rate` is the base that a schedule multiplies."""

    learning_rate: float = setting(
        1e-3,
        N_("Learning rate"),
        N_("How far each step goes along the gradient. Too small learns slowly, too large overshoots or diverges."),
        scale="log",
        gt=0,
        le=10,
    )


class HasTrainExamples(Component):
    """Something with training examples, of which one may use only a part."""

    train_examples: int | None = setting(
        None,
        N_("Training examples"),
        N_("Use only this many training examples, evenly over the classes. Empty means all of them."),
        scale="log",
        none=N_("all"),
        ge=2,
        le=10_000_000,
    )
