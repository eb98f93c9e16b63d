"""Classification: cross-entropy, accuracy, macro F1 and the confusion matrix.

Targets are class indices (B,), or probabilities (B, K), also called soft targets. Axes: B batch, N training examples,
S examples of several consecutive steps, K classes.
"""

from functools import partial
from typing import ClassVar, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from core.errors import ConfigError
from core.i18n import N_, _
from core.input_spec import InputSpec
from core.metric import LOSS, Metric
from core.objectives.base import Evaluation, LossFunction, ObjectiveConfig
from core.settings import setting

ACCURACY = Metric(
    "accuracy",
    N_("Accuracy"),
    "higher",
    is_share=True,
    hint=N_("How often it is right: this curve will rise as it learns."),
)
MACRO_F1 = Metric(
    "macro_f1",
    N_("Macro F1"),
    "higher",
    is_share=True,
    hint=N_("How well it finds each class, rare ones too: this curve will rise as it learns."),
)


class ClassificationConfig(ObjectiveConfig):
    """Settings of classification."""

    key: ClassVar[str] = "classification"
    title: ClassVar[str] = N_("Classification")
    summary: ClassVar[str] = N_("Tells classes apart: makes the right class probable, by cross-entropy.")
    source: ClassVar[str] = "Goodfellow, Bengio & Courville, Deep Learning, section 6.2"
    formula: ClassVar[str] = "loss = −log softmax(z)[y]"

    best_by: Literal["accuracy", "macro_f1", "loss"] = setting(
        "accuracy",
        N_("Best epoch by"),
        N_(
            "Decides which epoch is the best on the validation set. Macro F1 counts rare classes as much as frequent "
            "ones."
        ),
        choices={"accuracy": ACCURACY.title, "macro_f1": MACRO_F1.title, "loss": LOSS.title},
    )
    class_weights: Literal["none", "balanced"] = setting(
        "none",
        N_("Class weights"),
        N_("Balanced: a mistake counts more if its class is rare, so that no class is learned at the cost of another."),
        choices={"none": N_("None"), "balanced": N_("Balanced")},
    )
    label_smoothing: float = setting(
        0.0,
        N_("Label smoothing"),
        N_("Asks for a little less than certainty in the right class, which keeps the network from overconfidence."),
        ge=0,
        le=0.5,
    )

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Accuracy, and macro F1 if it decides which epoch is best."""
        return (ACCURACY, MACRO_F1) if self.best_by == MACRO_F1.key else (ACCURACY,)

    @property
    def primary(self) -> Metric:
        """The metric that `best_by` names."""
        return {metric.key: metric for metric in (ACCURACY, MACRO_F1, LOSS)}[self.best_by]

    def outputs(self, input_spec: InputSpec) -> int:
        """Returns the number of classes.

        Raises:
            ConfigError: the data has no classes.
        """
        if not input_spec.class_names:
            raise ConfigError(_("This data has no classes to tell apart."), _("Choose another objective."))
        return len(input_spec.class_names)

    def loss(self, input_spec: InputSpec, targets_N: Tensor) -> LossFunction:
        """Returns the cross-entropy with the smoothing and class weights of the settings."""
        weights_K = None
        if self.class_weights == "balanced":
            weights_K = balanced_weights(targets_N, self.outputs(input_spec))
        return partial(F.cross_entropy, weight=weights_K, label_smoothing=self.label_smoothing)

    def per_example(self, outputs_SK: Tensor, targets_S: Tensor) -> dict[str, Tensor]:
        """Returns whether each prediction is correct."""
        return {ACCURACY.key: outputs_SK.argmax(1) == _most_probable(targets_S)}

    def tally(self, input_spec: InputSpec, device: torch.device) -> "ClassificationTally":
        """Returns an empty tally."""
        return ClassificationTally(self, self.outputs(input_spec), device)

    def random_targets(self, count: int, input_spec: InputSpec, generator: torch.Generator) -> Tensor:
        """Returns random classes, all equally likely."""
        return torch.randint(self.outputs(input_spec), (count,), generator=generator)


class ClassificationTally:
    """Accumulates the cross-entropy, without smoothing or weights, and the confusion matrix."""

    def __init__(self, objective: ClassificationConfig, classes: int, device: torch.device) -> None:
        self._objective, self._classes = objective, classes
        self._examples = 0
        self._loss_sum = torch.zeros((), dtype=torch.float64, device=device)
        self._confusion = torch.zeros(classes * classes, dtype=torch.int64, device=device)

    def add(self, outputs: Tensor, targets: Tensor) -> None:
        """Adds one batch."""
        self._examples += len(outputs)
        self._loss_sum += F.cross_entropy(outputs, targets, reduction="sum").double()
        pairs_B = _most_probable(targets) * self._classes + outputs.argmax(1)
        self._confusion += torch.bincount(pairs_B, minlength=self._classes**2)

    def evaluation(self) -> Evaluation:
        """Returns the result over all batches."""
        count = max(self._examples, 1)
        confusion_KK = self._confusion.view(self._classes, self._classes).cpu()
        figures = {ACCURACY.key: int(confusion_KK.diagonal().sum()) / count, MACRO_F1.key: macro_f1(confusion_KK)}
        return Evaluation(
            loss=float(self._loss_sum) / count,
            metrics={metric.key: figures[metric.key] for metric in self._objective.metrics},
            examples=self._examples,
            confusion_KK=confusion_KK,
        )


def balanced_weights(targets_N: Tensor, classes: int) -> Tensor:
    """Returns a weight for each class, (K,) float32, that makes all classes count equally: N / (K · its examples).

    Source: King & Zeng, "Logistic regression in rare events data", Political Analysis 9, 2001.
    """
    counts_K = torch.bincount(_most_probable(targets_N), minlength=classes).float()
    return counts_K.sum() / (classes * counts_K.clamp(min=1))


def macro_f1(confusion_KK: Tensor) -> float:
    """Returns the mean F1 of the classes that occur among the targets or the predictions; 0 if there are none."""
    right_K = confusion_KK.diagonal().double()
    occurring_K = (confusion_KK.sum(0) + confusion_KK.sum(1)).double()
    seen_K = occurring_K > 0
    return float((2 * right_K[seen_K] / occurring_K[seen_K]).mean()) if bool(seen_K.any()) else 0.0


def _most_probable(targets: Tensor) -> Tensor:
    """Returns the class of each example, from class indices or from probabilities."""
    return targets if targets.ndim == 1 else targets.argmax(1)
