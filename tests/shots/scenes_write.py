"""The Write page: empty, a sentence taken to pieces, many sentences, and every look inside; English and Chinese."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.runs.config import RunConfig
from core.runs.store import RunStore
from core.training.loop import fit
from gui.pages.write import WritePage
from gui.widgets.model_chooser import Choice
from tests.shots.stage import LARGE, SMALL, USUAL, Stage

_ENGLISH = "I don't hate AI at all, it is surprisingly good"
_CHINESE = "这部电影一点也不无聊，我很喜欢"


def nothing_yet(stage: Stage) -> None:
    """No network can read."""
    stage.open("write")
    stage.wait(400)
    stage.shoot("write-empty", (USUAL,))


def a_sentence(stage: Stage) -> None:
    """Typed, coloured, and every look at it."""
    _train("lstm", "sentences", 6)
    _train("transformer", "sentences", 3)
    page = _open(stage, 1)
    stage.shoot("write-nothing-typed", (USUAL,), ("light",))
    _type(stage, page, _ENGLISH)
    stage.shoot("write-lstm", (SMALL, USUAL, LARGE))
    for view in ("map", "time", "challenge"):
        stage.click(page.details.choice.button(view))
        stage.wait(1500)
        if view == "map":
            stage.click(page.map.method.button("tsne"))
            stage.wait_until(lambda: not page.map.is_busy)
            QTest.keyClick(page.map.map, Qt.Key.Key_Left)
            stage.wait(500)
        if view == "challenge":
            stage.click(page.challenge.start_button)
            stage.wait_until(lambda: page.challenge.result() is not None)
        stage.shoot(f"write-{view}", (USUAL,))
    stage.click(page.details.choice.button("inside"))
    page.entry.second.chosen.emit(Choice(RunStore().find("2").path))
    stage.wait(1500)
    stage.shoot("write-two", (USUAL, SMALL), ("light",))
    page.networks[0].choose(Choice(RunStore().find("2").path))
    page.networks[1].choose(None)
    stage.wait(1500)
    stage.shoot("write-transformer", (USUAL,))
    page.entry.field.setPlainText("\n".join(("I love AI", "AI is amazing", "I hate bugs", _ENGLISH)))
    stage.wait(1500)
    stage.shoot("write-table", (USUAL,))
    page.entry.field.setPlainText("not bad " * 400)
    stage.wait(2500)
    stage.click(page.details.choice.button("inside"))
    stage.shoot("write-long", (USUAL,), ("light",))
    page.entry.field.setPlainText("qzx <b>🎉</b>")
    stage.wait(1000)
    stage.shoot("write-unsure", (USUAL,))


def in_chinese(stage: Stage) -> None:
    """A Chinese sentence, in a Chinese window."""
    _train("gru", "sentences_zh", 6)
    page = _open(stage, 1)
    stage.state.set_language("zh_CN")
    _type(stage, page, _CHINESE)
    stage.shoot("write-chinese", (USUAL,))
    stage.state.set_language("en")


SCENES = (nothing_yet, a_sentence, in_chinese)


def _train(model: str, dataset: str, epochs: int) -> None:
    config = RunConfig.make(
        dataset=dataset,
        model=model,
        optimizer={"key": "adam", "learning_rate": 3e-3},
        training={"epochs": epochs, "threads": 1, "device": "cpu"},
    )
    for _event in fit(config, RunStore().create(config)):
        pass


def _open(stage: Stage, number: int) -> WritePage:
    page = stage.open("write")
    assert isinstance(page, WritePage)
    stage.wait_until(lambda: not page._looking.is_running)
    page.networks[0].choose(Choice(RunStore().find(str(number)).path))
    stage.wait_until(lambda: page.networks[0].network is not None)
    return page


def _type(stage: Stage, page: WritePage, text: str) -> None:
    page.entry.field.setFocus()
    if text.isascii():
        QTest.keyClicks(page.entry.field, text)
    else:
        page.entry.field.insertPlainText(text)  # as an input method does; there are no keys for it
    stage.wait_until(lambda: not page.asker.is_busy and not page.explainer.is_busy and not page.flips.is_busy)
    stage.wait(600)
