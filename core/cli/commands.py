"""All commands under one name."""

import typer

from core.cli import classify, evaluate, lists, score, train
from core.i18n import _

app = typer.Typer(
    name="neurarium",
    help=_(
        "A laboratory for neural networks: train one, watch it learn, draw for it, write to it, open it up. "
        "Without a command the window opens."
    ),
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.command(help=_("Train a network and keep the run. Ctrl-C stops it so that it can be resumed."))(train.train)
app.command(help=_("Go on with a run that was stopped, or that a crash interrupted."))(train.resume)
app.command(help=_("Ask a trained network about examples it did not learn from."))(evaluate.evaluate)
app.command(help=_("Read digits, or whatever a network was trained on, from picture files."))(classify.classify)
app.command(help=_("Say how positive sentences are, or whatever else a network was trained to tell."))(score.score)
app.command(help=_("List the runs, newest first."))(lists.runs)
app.command(help=_("List the datasets, and which of them are already on this computer."))(lists.datasets)
app.command(help=_("List the models, objectives, optimizers and schedules with their settings."))(lists.parts)
