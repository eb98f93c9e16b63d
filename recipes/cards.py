"""The cards of the ready-made networks in English and Chinese, made from their figures: what they can and cannot do.

`write` makes them and the calibration plot; `differing` finds those that do not match the figures.
"""

from collections.abc import Iterator
from typing import Any

from core.explain.text.challenge import PHENOMENA
from core.files import write_atomically
from core.runs.config import datasets
from core.runs.run import Run
from recipes.card_words import ABOUT, CHINESE, DATASETS_ZH, ENGLISH, TRIALS, Words

LANGUAGES: dict[str, Words] = {"en": ENGLISH, "zh_CN": CHINESE}
PLOT = "calibration.svg"
WATTS_A_CORE = 10
"""The rough power of one core of a busy server processor; a laptop's core needs less."""

Figures = dict[str, Any]


def write(name: str, run: Run, figures: Figures) -> None:
    """Writes both cards and the plot beside the weights."""
    for file, text in _files(name, run, figures).items():
        write_atomically(run.path / file, text.encode())


def differing(name: str, run: Run, figures: Figures) -> list[str]:
    """Returns the names of the cards and plots that are missing or do not match the figures."""
    return [
        file
        for file, text in _files(name, run, figures).items()
        if not (run.path / file).is_file() or (run.path / file).read_text(encoding="utf-8") != text
    ]


def _files(name: str, run: Run, figures: Figures) -> dict[str, str]:
    cards = {
        f"card.{language}.md": "\n".join(_card(name, run, figures, words, language)) + "\n"
        for language, words in LANGUAGES.items()
    }
    return cards | {PLOT: plot(figures["calibration"])}


def _card(name: str, run: Run, figures: Figures, words: Words, language: str) -> Iterator[str]:
    about = ABOUT[name][language]
    yield f"# {about.title}\n\n{about.summary}\n"
    yield f"## {words.figures}\n"
    yield from _table(
        [words.dataset, words.split, words.examples, words.accuracy, words.loss], _asked(figures, words, language)
    )
    yield words.how_to_check.format(name=name, dataset=figures["asked"][0]["dataset"]) + "\n"
    yield f"### {words.per_class}\n"
    first = figures["asked"][0]["per_class"]
    yield from _table(
        [words.class_, words.accuracy], [[words.classes.get(key, key), _percent(value)] for key, value in first.items()]
    )
    if "phenomena" in figures:
        yield f"### {words.phenomena}\n"
        rows = [[words.phenomenon_names[key], _percent(figures["phenomena"][key])] for key in PHENOMENA]
        yield from _table([words.phenomenon, words.accuracy], rows)
    if "topics" in figures:
        yield f"### {words.topics}\n"
        rows = [[words.topic_names[key], _percent(share)] for key, share in figures["topics"].items()]
        yield from _table([words.topic, words.accuracy], rows)
    yield f"### {words.trials}\n"
    rows = [[TRIALS[key][language], _percent(value)] for key, value in figures["trials"].items()]
    yield from _table([words.trial, words.accuracy], rows)
    if "not_digits" in figures:
        yield f"### {words.not_digits}\n"
        areas = figures["not_digits"]["areas"]
        yield from _table(
            [words.against, words.area], [[TRIALS[key][language], f"{area:.3f}"] for key, area in areas.items()]
        )
        yield words.refused.format(share=_percent(figures["not_digits"]["digits_refused"])) + "\n"
    yield f"## {words.calibration}\n"
    calibration = figures["calibration"]
    yield words.calibration_text.format(
        error=_percent(calibration["expected_error"]), chance=_percent(calibration["by_chance"])
    ) + "\n"  # fmt: skip
    yield f"![{words.calibration}]({PLOT})\n"
    if "unsure" in figures:
        unsure = figures["unsure"]
        yield words.unsure.format(
            share=_percent(unsure["share"]),
            sure=_percent(unsure["right_when_sure"]),
            unsure=_percent(unsure["right_when_unsure"]),
        ) + "\n"  # fmt: skip
    yield f"## {words.failures}\n\n{about.failures}\n"
    if figures.get("failures"):
        rows = [
            [each["text"], words.labels[each["label"]], f"{each['probability']:.0%}"] for each in figures["failures"]
        ]
        yield from _table([words.sentence, words.truth, words.said_positive], rows)
    yield f"## {words.recipe}\n\n{about.recipe}\n"
    seconds = sum(figures["stages"].values())
    cores = run.config.training.threads or 1
    yield words.training.format(
        parameters=figures["parameters"],
        megabytes=figures["megabytes"],
        minutes=round(seconds / 60),
        parts=words.comma.join(f"{words.stages[name]} {round(part / 60)}" for name, part in figures["stages"].items()),
        cores=cores,
        watt_hours=round(cores * WATTS_A_CORE * seconds / 3600, 1),
        watts=WATTS_A_CORE,
        name=name,
    ) + "\n"  # fmt: skip
    yield f"## {words.licence}\n\n{about.licence}"


def _asked(figures: Figures, words: Words, language: str) -> list[list[str]]:
    return [
        [
            DATASETS_ZH[each["dataset"]] if language == "zh_CN" else datasets()[each["dataset"]].title,
            words.splits[each["split"]],
            f"{each['examples']:,}",
            _percent(each["accuracy"]),
            f"{each['loss']:.4f}",
        ]
        for each in figures["asked"]
    ]


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.2%}"


def plot(calibration: Figures) -> str:
    """Returns a reliability diagram as SVG: how often answers are right against how sure the network was."""
    left, top, side = 40, 12, 240

    def at(sure: float, right: float) -> tuple[float, float]:
        return round(left + side * sure, 1), round(top + side * (1 - right), 1)

    most = max(each["count"] for each in calibration["bins"])
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + side + 20}" height="{top + side + 34}">',
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="#ffffff" stroke="#888888"/>',
        f'<line x1="{left}" y1="{top + side}" x2="{left + side}" y2="{top}" stroke="#888888" stroke-dasharray="4 4"/>',
    ]
    for tick in (0, 25, 50, 75, 100):
        x, y = at(tick / 100, tick / 100)
        lines.append(
            f'<text x="{x}" y="{top + side + 16}" font-size="11" fill="#777777" text-anchor="middle">{tick} %</text>'
        )
        lines.append(
            f'<text x="{left - 6}" y="{y + 4}" font-size="11" fill="#777777" text-anchor="end">{tick} %</text>'
        )
    for each in calibration["bins"]:
        x, y = at(each["sure"], each["right"])
        radius = round(3 + 9 * (each["count"] / most) ** 0.5, 1)
        lines.append(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="#0072b2" fill-opacity="0.75"/>')
    return "\n".join([*lines, "</svg>", ""])
