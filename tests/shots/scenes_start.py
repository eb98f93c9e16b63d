"""The start page: as a newcomer finds it, and as someone does who was here before."""

from tests.shots.stage import LARGE, SMALL, USUAL, Stage


def newcomer(stage: Stage) -> None:
    """Nothing has been trained yet."""
    stage.open("start")
    stage.shoot("start-newcomer", (USUAL, LARGE))
    stage.shoot("start-newcomer", (SMALL,), ("light",))


def back_again(stage: Stage) -> None:
    """One run is over, another one can be resumed."""
    page = stage.open("train")
    settings, transport = page.settings, page.transport
    stage.choose(settings.dataset.box, "digits")
    stage.choose(settings.model.box, "mlp")
    stage.type(settings.training.row("epochs").editor.main.lineEdit(), "2")
    stage.click(transport.go_button)
    stage.wait_until(lambda: stage.trainings == 1)
    stage.type(settings.training.row("epochs").editor.main.lineEdit(), "400")
    stage.click(transport.go_button)
    stage.wait_until(lambda: stage.state.session.state == "training")
    stage.wait(1500)
    stage.click(transport.stop_button)
    stage.wait_until(lambda: stage.trainings == 2)
    stage.open("start")
    stage.wait(500)
    stage.shoot("start-back-again", (USUAL,))


SCENES = (newcomer, back_again)
