"""The pictures of the README: the application with its default settings, as small files."""

from PIL import Image

from core.runs.config import RunConfig
from gui.pages.draw import DrawPage
from gui.pages.train import TrainPage
from gui.pages.write import WritePage
from tests.shots.scenes_draw import SEVEN, draw
from tests.shots.stage import USUAL, Stage

_SENTENCE = "I don't hate it at all, it is surprisingly good"


def tour(stage: Stage) -> None:
    """Train, draw, write."""
    page = stage.open("train")
    assert isinstance(page, TrainPage)
    stage.state.preferences.threads = 1
    stage.wait_until(lambda: page.forecast.values.value("memory") != "–")
    stage.click(page.transport.go_button)
    stage.wait_until(lambda: len(page.progress.epochs) >= 3)
    _shoot(stage, "train")
    stage.click(page.transport.stop_button)
    stage.wait_until(lambda: stage.trainings == 1)
    _draw(stage)
    training = {"epochs": 5, "threads": 1}
    assert stage.state.train(RunConfig.make(dataset="sentences", model="lstm", training=training))
    stage.wait_until(lambda: stage.trainings == 2)
    _write(stage)


SCENES = (tour,)


def _draw(stage: Stage) -> None:
    page = stage.open("draw")
    assert isinstance(page, DrawPage)
    stage.wait_until(lambda: page.networks[0].network is not None)
    draw(page, SEVEN)
    stage.wait(150)
    stage.wait_until(lambda: not page.is_busy)
    _shoot(stage, "draw")


def _write(stage: Stage) -> None:
    page = stage.open("write")
    assert isinstance(page, WritePage)
    run = stage.state.store.runs()[0]
    stage.wait_until(lambda: page.networks[0].network is not None and page.networks[0].choice.path == run.path)
    page.entry.field.setFocus()
    page.entry.field.insertPlainText(_SENTENCE)
    stage.wait_until(lambda: bool(page.scores()) and page.scores()[0][1].text == _SENTENCE)
    stage.wait(2000)
    _shoot(stage, "write")


def _shoot(stage: Stage, name: str) -> None:
    stage.shoot(f"readme-{name}", (USUAL,), ("light",))
    width, height = USUAL
    file = stage.folder / f"readme-{name}-light-{width}x{height}.png"
    with Image.open(file) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    file.unlink()
    small.save(stage.folder / f"{name}.png", optimize=True)
