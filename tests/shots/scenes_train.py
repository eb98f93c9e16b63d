"""The Train page: before, during and after a training, and when one goes wrong."""

from gui.pages.train import TrainPage
from tests.shots.stage import SMALL, Stage


def from_idle_to_finished(stage: Stage) -> None:
    """The chapter's CNN on the small digits, and a second run laid over the first."""
    page = _open(stage)
    _set_up(stage, page, epochs=4)
    stage.shoot("train-idle")
    stage.shoot("train-idle", (SMALL,), ("light",))
    _train_to_the_end(stage, page)
    stage.choose(page.settings.optimizer.box, "sgd")
    stage.type(page.settings.training.row("epochs").editor.main.lineEdit(), "12")
    page.settings.scroll_area.verticalScrollBar().setValue(0)
    stage.click(page.transport.go_button)
    stage.wait_until(lambda: len(page.progress.epochs) >= 2)
    page.overlays.menu().aboutToShow.emit()
    for action in page.overlays.actions_by_run().values():
        action.trigger()
    stage.wait_until(lambda: len(page.progress.epochs) >= 5)
    stage.shoot("train-training")
    stage.shoot("train-training", (SMALL,), ("light",))
    stage.wait_until(lambda: not stage.state.session.is_running)
    stage.wait(500)
    stage.shoot("train-finished")
    stage.shoot("train-finished", (SMALL,), ("light",))


def stopped(stage: Stage) -> None:
    """A run that was paused, stepped and stopped."""
    page = _open(stage)
    _set_up(stage, page, epochs=10)
    stage.click(page.transport.go_button)
    stage.wait_until(lambda: len(page.progress.epochs) >= 2)
    stage.click(page.transport.go_button)
    stage.wait_until(lambda: stage.state.session.state == "paused")
    stage.click(page.transport.step_button)
    stage.wait(300)
    stage.shoot("train-paused")
    stage.click(page.transport.stop_button)
    stage.wait_until(lambda: not stage.state.session.is_running)
    stage.wait(300)
    stage.shoot("train-stopped", (SMALL,), ("light",))


def diverged(stage: Stage) -> None:
    """The preset that goes wrong on purpose."""
    page = _open(stage)
    stage.choose(page.settings.dataset.box, "digits")
    stage.choose(page.settings.preset.box, "too_high")
    _train_to_the_end(stage, page)
    stage.wait(500)
    stage.shoot("train-diverged")


def refused(stage: Stage) -> None:
    """Something that cannot be: a bad number in a form, and then a batch larger than the data."""
    page = _open(stage)
    _set_up(stage, page, epochs=1)
    batch = page.settings.training.row("batch_size").editor.main.lineEdit()
    page.settings.scroll_area.ensureWidgetVisible(batch)
    stage.type(batch, "-3")
    stage.shoot("train-bad-number")
    stage.type(batch, "5000")
    _train_to_the_end(stage, page)
    stage.wait(300)
    stage.shoot("train-refused")


def in_chinese(stage: Stage) -> None:
    """The same page in another language."""
    page = _open(stage)
    _set_up(stage, page, epochs=3)
    stage.state.set_language("zh_CN")
    _train_to_the_end(stage, page)
    stage.wait(500)
    stage.shoot("train-chinese")
    stage.shoot("train-chinese", (SMALL,), ("light",))
    stage.state.set_language("en")


SCENES = (from_idle_to_finished, stopped, diverged, refused, in_chinese)


def _open(stage: Stage) -> TrainPage:
    page = stage.open("train")
    assert isinstance(page, TrainPage)
    stage.state.preferences.threads = 1
    return page


def _set_up(stage: Stage, page: TrainPage, epochs: int) -> None:
    stage.choose(page.settings.dataset.box, "digits")
    stage.type(page.settings.training.row("epochs").editor.main.lineEdit(), str(epochs))
    stage.wait_until(lambda: page.forecast.values.value("parameters") != "–")
    page.settings.scroll_area.verticalScrollBar().setValue(0)


def _train_to_the_end(stage: Stage, page: TrainPage) -> None:
    before = stage.trainings
    stage.click(page.transport.go_button)
    stage.wait_until(lambda: stage.trainings > before)
