"""Every page at work, in both languages and both looks, on a small screen and on a large one."""

from core.i18n import LANGUAGES
from core.runs.config import RunConfig
from gui.pages import PAGES
from gui.pages.draw import DrawPage
from gui.pages.train import TrainPage
from gui.pages.write import WritePage
from tests.shots.scenes_draw import SEVEN, draw
from tests.shots.stage import LARGE, SMALL, Stage

_SENTENCE = "I don't hate it at all, it is surprisingly good"


def every_page(stage: Stage) -> None:
    """With a network that sees and one that reads, a drawing and a sentence."""
    for dataset, model in (({"key": "strokes", "examples": 4000}, "conv_bn"), ({"key": "sentences"}, "lstm")):
        _train(stage, dataset, model)
    _fill(stage)
    _shoot_all(stage, "page")


def every_page_of_a_newcomer(stage: Stage) -> None:
    """As it is before anything was trained."""
    _shoot_all(stage, "newcomer")


SCENES = (every_page, every_page_of_a_newcomer)


def _shoot_all(stage: Stage, name: str) -> None:
    for language in LANGUAGES:
        stage.state.set_language(language)
        for spec in PAGES:
            stage.open(spec.key)
            stage.wait(400)
            stage.shoot(f"{name}-{spec.key}-{language}", (SMALL, LARGE))
    stage.state.set_language("en")


def _train(stage: Stage, dataset: dict[str, object], model: str) -> None:
    before = stage.trainings
    training = {"epochs": 4, "batch_size": 50, "threads": 1}
    optimizer = {"key": "adam", "learning_rate": 0.003}
    config = RunConfig.make(dataset=dataset, model=model, optimizer=optimizer, training=training)
    page = stage.open("train")
    assert isinstance(page, TrainPage)
    stage.state.propose_config(config)
    stage.click(page.transport.go_button)
    stage.wait_until(lambda: stage.trainings > before)


def _fill(stage: Stage) -> None:
    page = stage.open("draw")
    assert isinstance(page, DrawPage)
    stage.wait_until(lambda: page.networks[0].network is not None)
    draw(page, SEVEN)
    stage.wait(150)
    stage.wait_until(lambda: not page.is_busy)
    page = stage.open("write")
    assert isinstance(page, WritePage)
    stage.wait_until(lambda: page.networks[0].network is not None)
    page.entry.field.setFocus()
    page.entry.field.insertPlainText(_SENTENCE)
    stage.wait_until(lambda: bool(page.scores()))
    stage.wait(1500)
