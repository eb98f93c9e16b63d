"""A metric is displayed in the usual notation."""

import pytest

from core.metric import LOSS, Metric


@pytest.mark.parametrize(
    ("title", "name"), [("Loss", "loss"), ("Macro F1", "macro F1"), ("AUC", "AUC"), ("F1", "F1"), ("", "")]
)
def test_a_name_is_the_title_within_a_sentence(title: str, name: str) -> None:
    assert Metric("key", title, "higher").name == name


def test_shares_are_read_in_percent_and_amounts_in_four_digits() -> None:
    assert Metric("accuracy", "Accuracy", "higher", is_share=True).text(0.98414) == "98.41 %"
    assert LOSS.text(0.0911234) == "0.09112"
    assert LOSS.text(12.3) == "12.3"
