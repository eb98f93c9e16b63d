"""Twelve runs repeat what was recorded of them, step by step: whatever is rebuilt around it, training stays the same.

A test's name says how it compares: bit for bit on the machine of the recording, to tolerance elsewhere.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.golden.adapter import train
from tests.golden.compare import Mode, differences, mode
from tests.golden.configs import CONFIGS, TOLERANCES, USUAL
from tests.golden.machine import machine
from tests.golden.record import HISTORIES

RECORDED: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(HISTORIES.glob("*.json"))
}


def how_to_compare(name: str) -> Mode:
    model = CONFIGS[name]["model"]
    has_dropout = isinstance(model, dict) and model.get("dropout", 0) > 0
    return mode(RECORDED[name]["machine"], machine(), has_dropout=has_dropout)


def test_every_config_has_its_history() -> None:
    assert {name: record["config"] for name, record in RECORDED.items()} == CONFIGS


CASES = [pytest.param(name, how_to_compare(name), id=f"{name} {how_to_compare(name)}") for name in RECORDED]


@pytest.mark.parametrize(("name", "how"), CASES)
def test_a_run_repeats_what_was_recorded_of_it(name: str, how: Mode, tmp_path: Path) -> None:
    found = train(CONFIGS[name], tmp_path / "runs")
    assert not differences(found, RECORDED[name], how, TOLERANCES.get(name, USUAL))
