"""A network trained on a user's own table shows the classes of that table, not sentiments."""

import csv
import gc
import random
import weakref
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt

from core.inference.score import open_scorer
from core.runs.config import RunConfig
from core.runs.store import RunStore
from core.training.loop import fit
from gui.pages.write import WritePage
from gui.pages.write.changes import space_of
from tests.gui.pages.write.desk import rest, write

TOPICS = {
    "sports": ("goal match team coach", "the {} won again"),
    "weather": ("rain snow storm sunshine", "tomorrow brings {}"),
    "money": ("bank loan price market", "the {} fell sharply"),
    "cooking": ("soup bread sauce cheese", "stir the {} slowly"),
}
PLACES = ("here", "there", "today", "at home", "in town", "abroad", "once more", "after all")


def train(folder: Path, topics: list[str]) -> Path:
    """Trains a small network to tell topics apart, from a table; returns the folder of its run."""
    torch.set_num_threads(1)
    table = folder / "topics.csv"
    rows = [
        (f"{TOPICS[topic][1].format(thing)} {place} {more}", topic)
        for topic in topics
        for thing in TOPICS[topic][0].split()
        for place in PLACES
        for more in ("indeed", "they say", "no doubt")
    ]
    random.Random(0).shuffle(rows)
    with table.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("text", "label"), *rows])
    config = RunConfig.make(
        dataset={"key": "csv", "path": str(table)},
        model={"key": "lstm", "embedding": 16, "hidden": 12},
        optimizer={"key": "adam", "learning_rate": 1e-2},
        training={"epochs": 6, "batch_size": 16, "threads": 1, "device": "cpu"},
    )
    runs = folder / "runs"
    for _event in fit(config, RunStore(runs).create(config)):
        pass
    return runs


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("four"), list(TOPICS))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("two"), ["money", "sports"])


def cells(page: WritePage) -> list[list[str]]:
    model = page.table.table.model()
    return [[model.index(row, column).data() for column in range(3)] for row in range(model.rowCount())]


def titles(page: WritePage) -> list[str]:
    model = page.table.table.model()
    return [model.headerData(column, Qt.Orientation.Horizontal) for column in range(3)]


def said(page: WritePage) -> str:
    """Returns all texts that bar, strip, legend, table and changes show."""
    bar, strip = page.entry.scores[0], page.words.strips[0]
    parts = [bar.accessibleDescription(), bar.toolTip(), strip.toolTip(), *(strip.describe(i) for i in range(2))]
    legend = page.words.legend.accessibleDescription()
    buttons = [button.text() for button in page.flips.buttons]
    return "\n".join([*parts, legend, *buttons, *titles(page), page.table.label.text()])


def test_four_topics_are_called_by_their_names(qtbot, open_page, four) -> None:
    page = open_page(four)
    scorer = page.networks[0].network
    lines = ["the team won again today", "stir the soup slowly at home"]
    write(qtbot, page, "\n".join(lines))
    scores = [scorer.score(line) for line in lines]
    assert [score.label for score in scores] == ["sports", "cooking"], "it has learned nothing"
    assert not any(score.unsure for score in scores)
    for cell, score in zip(cells(page), scores, strict=True):
        assert cell == [score.text, score.label.capitalize(), f"{100 * max(score.probabilities):.1f} %"]
    assert titles(page) == ["Sentence", "Verdict", "Probability"]
    assert "sports 1 · " in page.table.label.text()
    assert page.entry.scores[0].verdict() == "Cooking"
    strip = page.words.strips[0]
    assert strip.describe(1).endswith(f"Cooking after this word: {round(100 * strip.words()[1].running)} %")
    rival = max((p, name) for p, name in zip(scores[1].probabilities, scorer.class_names, strict=True) if p < 0.5)[1]
    assert page.words.legend.accessibleDescription() == f"− {rival} … cooking +"
    assert "positive" not in said(page).lower()
    assert "negative" not in said(page).lower()
    page.grab()


def test_epochs_and_words_of_four_topics_are_about_the_topic_that_won(qtbot, open_page, four) -> None:
    page = open_page(four)
    write(qtbot, page, "the team won again today")
    qtbot.mouseClick(page.details.choice.button("time"), Qt.MouseButton.LeftButton)
    rest(qtbot, page)
    whole = [moment.score.probabilities[page.scores()[0][1].index] for moment in page.time.moments()]
    assert len({moment.score.index for moment in page.time.moments()}) > 1, "all epochs agree: nothing is tested"
    assert page.time.map.values()[:, -1] == pytest.approx([2 * share - 1 for share in whole], abs=1e-5)
    assert f"% sports · whole text: {round(100 * whole[-1])} %" in page.time._said.text()
    qtbot.mouseClick(page.details.choice.button("map"), Qt.MouseButton.LeftButton)
    rest(qtbot, page)
    assert page.map._hint.text() == "Click a word."


def test_two_topics_have_a_scale_between_them(qtbot, open_page, two) -> None:
    page = open_page(two)
    lines = ["the team won again today", "the bank fell sharply today"]
    write(qtbot, page, "\n".join(lines))
    shares = [page.networks[0].network.score(line).probabilities[1] for line in lines]
    assert titles(page) == ["Sentence", "Verdict", "Sports"]
    assert [cell[1:] for cell in cells(page)] == [
        ["Sports", f"{100 * shares[0]:.1f} %"],
        ["Money", f"{100 * shares[1]:.1f} %"],
    ]
    assert "money 1 · sports 1 · unsure 0" in page.table.label.text()
    assert page.entry.scores[0].verdict() == "Money"
    assert f"{100 * shares[1]:.0f} % sports" in page.entry.scores[0].accessibleDescription()
    assert page.words.legend.accessibleDescription() == "− money … sports +"
    assert "positive" not in said(page).lower()


def test_of_a_long_file_only_what_is_new_is_told_to_the_table(qtbot, open_page, four, tmp_path) -> None:
    page = open_page(four)
    rest(qtbot, page)
    texts = [f"the team won again {number}" for number in range(3000)]
    (tmp_path / "many.csv").write_text("id,remark\n" + "\n".join(f"{i},{text}" for i, text in enumerate(texts)))
    source = page.table._sorted.sourceModel()
    told: list[tuple[int, int]] = []
    source.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    with qtbot.waitSignal(page.sentences.opened):
        page.sentences.open_file(tmp_path / "many.csv")
    rest(qtbot, page)
    assert [row.text for row in page.table.rows()] == texts
    assert len(told) > 2
    assert all(before[1] + 1 == after[0] for before, after in pairwise([(0, -1), *told]))
    assert told[-1][1] == len(texts) - 1
    expected = [score.probability for score in page.networks[0].network.score_many(texts)]
    assert [row.probability for row in page.table.rows()] == pytest.approx(expected, abs=1e-5)
    counts = page.table.label.text()
    sure = sum(not row.unsure for row in page.table.rows() if row.label == "sports")
    assert f"3,000 sentences · sports {sure:,}" in counts
    assert "scored" not in counts
    model, shown = page.table.table.model(), Qt.ItemDataRole.DisplayRole
    assert model.headerData(2999, Qt.Orientation.Vertical, shown) == "3,000"


def test_headers_stand_over_their_columns(qtbot, open_page, two) -> None:
    page = open_page(two)
    write(qtbot, page, "the bank fell sharply")
    model, how = page.table.table.model(), Qt.ItemDataRole.TextAlignmentRole
    sides = [model.headerData(column, Qt.Orientation.Horizontal, how) for column in range(model.columnCount())]
    assert [bool(side & Qt.AlignmentFlag.AlignRight) for side in sides] == [False, False, True]
    assert sides[2] == model.index(0, 2).data(how)


def test_networks_that_were_looked_into_are_let_go(four) -> None:
    run = RunStore(four).runs()[0]
    scorers = [open_scorer(run) for _each in range(4)]
    for scorer in scorers:
        assert space_of(scorer) is space_of(scorer)
        assert space_of(scorer).neighbours("team", 2)
    first = weakref.ref(scorers[0].model)
    del scorer, scorers
    gc.collect()
    assert first() is None
