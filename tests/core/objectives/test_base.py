"""The primary metric and its direction decide which epoch is the best; between equal ones the loss decides."""

import math
from typing import Any

import pytest

from core.metric import LOSS, Metric
from core.objectives import OBJECTIVES
from core.objectives.base import ObjectiveConfig
from core.objectives.classification import ClassificationConfig
from tests.core.objectives.toy_regression import MEAN_ERROR, SpotRegressionConfig

HIGHER, LOWER = ClassificationConfig(), SpotRegressionConfig()


class Unjudged(SpotRegressionConfig):
    """Has no metric at all."""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return ()


def best(objective: ObjectiveConfig, key: str, *epochs: tuple[float, float]) -> int:
    """Returns the number of the best epoch, given the value and the loss of each; the first of equal ones."""
    ranks = [objective.rank({key: value, "loss": loss}) for value, loss in epochs]
    return ranks.index(max(ranks))


def test_an_objective_is_found_by_its_key() -> None:
    assert OBJECTIVES["classification"] is ClassificationConfig


def test_a_higher_accuracy_is_better_and_a_lower_error_is() -> None:
    assert best(HIGHER, "accuracy", (0.8, 0.1), (0.9, 0.9)) == 1
    assert best(LOWER, MEAN_ERROR.key, (0.8, 0.1), (0.9, 0.9)) == 0


@pytest.mark.parametrize(("objective", "key"), [(HIGHER, "accuracy"), (LOWER, MEAN_ERROR.key)])
def test_of_two_epochs_that_tie_the_one_with_the_lower_loss_is_better(objective: Any, key: str) -> None:
    assert best(objective, key, (0.9, 0.5), (0.9, 0.4)) == 1
    assert best(objective, key, (0.9, 0.4), (0.9, 0.4)) == 0


@pytest.mark.parametrize(("objective", "key"), [(HIGHER, "accuracy"), (LOWER, MEAN_ERROR.key)])
def test_any_epoch_is_better_than_one_whose_figure_is_no_number(objective: Any, key: str) -> None:
    assert best(objective, key, (math.nan, 0.1), (0.9, 0.9)) == 1
    assert best(objective, key, (0.9, 0.9), (math.nan, 0.1)) == 0


def test_the_first_metric_decides_and_the_loss_where_there_is_none() -> None:
    assert LOWER.primary == MEAN_ERROR
    assert Unjudged().primary == LOSS
    assert best(Unjudged(), "loss", (0.5, 0.5), (0.4, 0.4)) == 1
