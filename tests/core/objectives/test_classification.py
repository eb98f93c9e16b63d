"""Classification: its loss is torch's cross-entropy, its figures are scikit-learn's, and `best_by` picks the epoch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional as F

from core.errors import ConfigError
from core.events import EpochDone, Event, RunEnded, RunStarted
from core.generators import pull
from core.input_spec import ImageInput, InputSpec
from core.objectives.classification import (
    ACCURACY,
    MACRO_F1,
    ClassificationConfig,
    balanced_weights,
    macro_f1,
)
from core.training.evaluate import evaluate
from core.training.loop import fit
from tests.core.training.runs import small_config

INPUT = ImageInput(channels=1, height=2, width=2)
SPEC = InputSpec(input=INPUT, class_names=("a", "b", "c"))
CPU = torch.device("cpu")
LOGITS_B3 = torch.randn(12, 3, generator=torch.Generator().manual_seed(0))
TARGETS_B = torch.tensor([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2])
UNSURE_B3 = torch.rand(12, 3, generator=torch.Generator().manual_seed(1)).softmax(1)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("targets", [TARGETS_B, UNSURE_B3], ids=["classes", "probabilities"])
def test_the_loss_is_cross_entropy(smoothing: float, targets: torch.Tensor) -> None:
    loss_of = ClassificationConfig(label_smoothing=smoothing).loss(SPEC, targets)
    assert torch.equal(loss_of(LOGITS_B3, targets), F.cross_entropy(LOGITS_B3, targets, label_smoothing=smoothing))


def test_balanced_weights_are_those_of_scikit_learn() -> None:
    expected = compute_class_weight("balanced", classes=np.arange(3), y=TARGETS_B.numpy())
    assert balanced_weights(TARGETS_B, 3).tolist() == pytest.approx(expected.tolist())


def test_a_class_without_examples_spoils_no_weight() -> None:
    assert balanced_weights(torch.tensor([0, 0, 1, 1]), 3).isfinite().all()


def test_with_balanced_weights_a_mistake_in_a_rare_class_counts_for_more() -> None:
    loss_of = ClassificationConfig(class_weights="balanced").loss(SPEC, TARGETS_B)
    plain = ClassificationConfig().loss(SPEC, TARGETS_B)
    always_a_B3 = torch.tensor([5.0, 0.0, 0.0]).expand(12, 3)
    assert loss_of(always_a_B3, TARGETS_B) > plain(always_a_B3, TARGETS_B)


def test_each_example_is_right_or_wrong() -> None:
    right = LOGITS_B3.argmax(1) == TARGETS_B
    one_hot_B3 = F.one_hot(TARGETS_B, 3).float()
    for targets in (TARGETS_B, one_hot_B3):
        found = ClassificationConfig().per_example(LOGITS_B3, targets)
        assert torch.equal(found["accuracy"], right)


@pytest.mark.parametrize("objective", [ClassificationConfig(), ClassificationConfig(label_smoothing=0.3)])
def test_an_evaluation_is_of_the_plain_loss_and_of_every_answer(objective: ClassificationConfig) -> None:
    tally = objective.tally(SPEC, CPU)
    for part in (slice(0, 5), slice(5, 12)):
        tally.add(LOGITS_B3[part], TARGETS_B[part])
    found = tally.evaluation()
    assert found.loss == pytest.approx(F.cross_entropy(LOGITS_B3, TARGETS_B).item())
    assert found.metrics == {"accuracy": (LOGITS_B3.argmax(1) == TARGETS_B).double().mean().item()}
    assert found.examples == 12
    assert found.confusion_KK is not None
    assert found.confusion_KK.sum(1).tolist() == [7, 3, 2]


def test_an_evaluation_takes_probabilities_for_targets() -> None:
    tally = ClassificationConfig().tally(SPEC, CPU)
    tally.add(LOGITS_B3, UNSURE_B3)
    assert tally.evaluation().loss == pytest.approx(F.cross_entropy(LOGITS_B3, UNSURE_B3).item())


def test_an_evaluation_of_nothing_has_figures_all_the_same() -> None:
    found = ClassificationConfig(best_by="macro_f1").tally(SPEC, CPU).evaluation()
    assert (found.loss, found.metrics, found.examples) == (0.0, {"accuracy": 0.0, "macro_f1": 0.0}, 0)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_macro_f1_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    confusion_KK = torch.zeros(4, 4, dtype=torch.int64)
    for target, answer in pairs:
        confusion_KK[target, answer] += 1
    targets, answers = zip(*pairs, strict=True)
    assert macro_f1(confusion_KK) == pytest.approx(f1_score(targets, answers, average="macro", zero_division=0))


def test_macro_f1_is_measured_where_it_decides() -> None:
    assert ClassificationConfig().metrics == ClassificationConfig(best_by="loss").metrics == (ACCURACY,)
    assert ClassificationConfig(best_by="macro_f1").metrics == (ACCURACY, MACRO_F1)


def test_a_network_answers_with_a_number_for_each_class_and_needs_at_least_one() -> None:
    assert ClassificationConfig().outputs(SPEC) == 3
    with pytest.raises(ConfigError, match="no classes to tell apart"):
        ClassificationConfig().outputs(InputSpec(input=INPUT, class_names=()))


def test_made_up_targets_are_classes() -> None:
    targets_B = ClassificationConfig().random_targets(200, SPEC, torch.Generator().manual_seed(0))
    assert set(targets_B.tolist()) == {0, 1, 2}


# -- in training


def trained(epochs: int = 6, **objective: object) -> list[Event]:
    config = small_config(epochs=epochs).with_changes(
        dataset="digits",  # all examples, because their classes differ in size
        objective={"key": "classification"} | objective,
        optimizer={"key": "adam", "learning_rate": 0.03},
    )
    return list(fit(config))


def of(events: list[Event]) -> tuple[RunStarted, list[EpochDone], RunEnded]:
    started = next(event for event in events if isinstance(event, RunStarted))
    ended = events[-1]
    assert isinstance(ended, RunEnded)
    return started, [event for event in events if isinstance(event, EpochDone)], ended


@pytest.mark.parametrize("best_by", ["accuracy", "macro_f1", "loss"])
def test_the_best_epoch_is_the_best_by_what_was_asked_for(best_by: str) -> None:
    started, epochs, ended = of(trained(best_by=best_by))
    assert started.primary == started.primary_metric.key == best_by
    sign = -1 if best_by == "loss" else 1
    best = max(epochs, key=lambda epoch: (sign * epoch.validation[best_by], -epoch.validation["loss"]))
    assert ended.best_epoch == best.epoch
    assert best.is_best


def test_macro_f1_is_told_of_epochs_and_not_of_steps() -> None:
    _started, epochs, _ended = of(trained(best_by="macro_f1"))
    assert epochs[0].train.keys() == {"loss", "accuracy"}
    assert epochs[0].validation.keys() == {"loss", "accuracy", "macro_f1"}


def test_balanced_weights_change_what_is_learned_and_not_how_it_is_judged() -> None:
    (_, plain, _), (_, weighted, _) = (of(trained(1, class_weights=weights)) for weights in ("none", "balanced"))
    assert plain[0].train != weighted[0].train
    assert plain[0].validation.keys() == weighted[0].validation.keys()


def test_the_figures_of_an_epoch_are_those_of_an_evaluation_of_its_weights() -> None:
    from core.data.library import load
    from core.inference.snapshot import load_snapshot
    from core.runs.store import RunStore

    config = small_config(epochs=1).with_changes(objective={"key": "classification", "best_by": "macro_f1"})
    run = RunStore().create(config)
    _started, (epoch,), _ended = of(list(fit(config, run)))
    snapshot = load_snapshot(run)
    split = pull(load(config.dataset, config.training.seed)).split("validation")
    found = pull(evaluate(snapshot.model, split, "validation", config.objective, snapshot.input_spec))
    assert {"loss": found.loss, **found.metrics} == pytest.approx(epoch.validation)
