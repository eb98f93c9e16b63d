"""Trains the ready-made networks, measures them and writes their cards.

usage: python -m recipes [NAME ...] [--check] [--measure] [--work FOLDER] [--threads N]

Without names it trains all. That takes hours and needs MNIST, SST-2, IMDB and the Chinese reviews, which are downloaded
into the data folder, and for English the packages of the extra "weights". Results are kept in the work folder, so that
a training that was stopped can be resumed. --measure only measures the networks in assets/weights and writes their
cards again; --check verifies, without training, that hashes, answers and cards agree.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from core import device, paths
from core.data.base import Data
from core.errors import NeurariumError
from core.events import EpochDone, RunEnded
from core.files import write_json
from core.runs.config import RunConfig
from core.runs.progress import RunProgress
from core.runs.run import Run
from core.runs.shipped import ShippedRun, shipped_folder
from core.training.loop import fit
from recipes import cards, chinese, digits, english, measure
from recipes.check import check
from recipes.ship import FIGURES, hashes_of, ship, stages_of

Log = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """How to make one network.

    Attributes:
        config: of its run.
        prepare: returns its training data; the folder keeps results that take long.
        measure: returns the figures of its card, except those that all cards have.
        begin: returns a function that changes the first weights; None for the usual ones.
        averaged: over how many last epochs the weights are averaged; 0 takes the best epoch's.
    """

    config: RunConfig
    prepare: Callable[[Path, Log], Data]
    measure: Callable[[Run, Log], dict[str, Any]]
    begin: Callable[[Path, Data], Callable[[nn.Module], None]] | None = None
    averaged: int = 0


RECIPES = {
    "digits": Recipe(digits.CONFIG, digits.prepare, measure.figures_of_digits, digits.begin),
    "english": Recipe(english.CONFIG, english.prepare, measure.figures_of_english, english.begin, english.AVERAGED),
    "chinese": Recipe(chinese.CONFIG, lambda _folder, _log: chinese.prepare(), measure.figures_of_chinese),
}


def train(name: str, folder: Path, threads: int | None) -> None:
    """Trains one network in `folder`, or resumes its training, and writes it to assets/weights."""
    recipe = RECIPES[name]
    folder.mkdir(parents=True, exist_ok=True)
    log = _log_to(folder / "training.log")
    device.prepare(threads)
    log(f"{name}: preparing the data")
    data = recipe.prepare(folder, log)
    config = recipe.config.with_changes(training=recipe.config.training.model_dump() | {"threads": threads})
    run = Run(folder / "run")
    run.write_config(config)
    log(f"{name}: {len(data.split('train')):,} training, {len(data.split('validation')):,} validation examples")
    ending = run.ending()
    if ending is None or ending.reason != "finished":
        begin = recipe.begin(folder, data) if recipe.begin else None
        for event in fit(config, run, data=data, begin=begin):
            if isinstance(event, EpochDone):
                log(
                    f"epoch {event.epoch}: loss {event.train['loss']:.4f}, validation accuracy "
                    f"{event.validation['accuracy']:.4f}, loss {event.validation['loss']:.4f}, {event.seconds:.0f} s"
                )
            elif isinstance(event, RunEnded):
                log(event.message)
    log(f"{name}: temperature {ship(run, data, shipped_folder() / name, recipe.averaged):.3f}")


def measure_and_describe(name: str) -> None:
    """Measures one ready-made network and writes its figures and cards."""
    run = ShippedRun(shipped_folder() / name)
    torch.set_num_threads(1)  # sums in the same order on every computer
    figures = RECIPES[name].measure(run, _say)
    trained = RunProgress.of(run.history(EpochDone))
    size = sum(path.stat().st_size for path in run.path.rglob("*") if path.is_file())
    figures |= {
        "parameters": measure.parameters_of(run),
        "megabytes": round(size / 1e6, 2),
        "stages": stages_of(run.path) | {"last": round(trained.seconds)},
        "hashes": hashes_of(run.path),
    }
    write_json(run.path / FIGURES, figures)
    cards.write(name, run, figures)


def main() -> int:
    """Runs the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python dev.py weights", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(RECIPES)}")
    parser.add_argument("--check", action="store_true", help="verify what is shipped, without training")
    parser.add_argument("--measure", action="store_true", help="measure what is shipped and write the cards again")
    parser.add_argument("--work", type=Path, help="where to keep what takes long; a folder beside the data by default")
    parser.add_argument("--threads", type=int, help="processor cores to train on; one by default")
    given = parser.parse_args()
    names = given.names or list(RECIPES)
    if unknown := sorted(set(names) - set(RECIPES)):
        parser.error(f"no network called {', '.join(unknown)}; there are {', '.join(RECIPES)}")
    try:
        if given.check:
            return 1 if sum(len(check(name, _say)) for name in names) else 0
        for name in names:
            if not given.measure:
                train(name, (given.work or paths.data_folder().parent / "weights") / name, given.threads)
            measure_and_describe(name)
    except NeurariumError as error:
        _say(str(error))
        return 1
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _log_to(path: Path) -> Log:
    """Returns a function that writes a line with its time to the screen and to a file."""

    def log(text: str) -> None:
        line = f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}"
        _say(line)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(f"{line}\n")

    return log


if __name__ == "__main__":
    sys.exit(main())
