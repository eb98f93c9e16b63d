"""Compares a run with what was recorded of it: bit for bit on the same machine, elsewhere as far as numbers can agree.

Knows what `tests.golden.adapter` tells, and nothing of the program.
"""

import math
from typing import Any, Literal

Told = dict[str, dict[str, Any]]
Mode = Literal["bit for bit", "to tolerance", "in outline"]

GROUPS = ("sizes", "steps", "epochs", "ending", "weights")

FIRST_STEPS, FIRST_TOLERANCE = 3, 1e-3
"""The first steps agree this well on every machine: nothing has had time to grow."""

ACCURACY = 0.15
"""What accuracies may differ by on another machine: some answers lie on the border between two classes."""


def mode(recorded: dict[str, str], here: dict[str, str], *, has_dropout: bool) -> Mode:
    """Returns how a run that was recorded on one machine can be compared with one on another.

    "bit for bit" where both are the same, versions included; "in outline" where dropout silences other numbers, so that
    only the sizes, the learning rates and the end can agree; "to tolerance" everywhere else.
    """
    if recorded == here:
        return "bit for bit"
    return "in outline" if has_dropout and recorded["dropout"] != here["dropout"] else "to tolerance"


def differences(found: Told, recorded: Told, how: Mode, tolerance: float) -> list[str]:
    """Returns in which numbers a run differs from what was recorded of it, a sentence for each.

    Args:
        found: what the run tells.
        recorded: what was recorded of it.
        how: as from `mode`.
        tolerance: by how much of itself a loss may differ after the first steps, to tolerance.
    """
    result = []
    for group, values in recorded.items():
        for name, value in values.items() if group in GROUPS else ():
            if how != "bit for bit" and (group == "weights" or name == "best_epoch"):
                continue
            told, wanted = (each if isinstance(each, list) else [each] for each in (found[group][name], value))
            if len(told) != len(wanted):
                result.append(f"{group}: {name} is told {len(told)} times, not {len(wanted)}")
            for i, (one, other) in enumerate(zip(told, wanted, strict=False), start=1):
                if not _agree(one, other, group, name, i, how, tolerance):
                    result.append(f"{group}: {name} {i} is {one}, not {other} ({how})")
                    break
    return result


def _agree(one: Any, other: Any, group: str, name: str, i: int, how: Mode, tolerance: float) -> bool:
    if how == "bit for bit" or not isinstance(one, float):
        return bool(one == other)
    if name == "learning_rate":
        return math.isclose(one, other, rel_tol=1e-9)
    if how == "in outline":
        return math.isfinite(one)
    if name.endswith("accuracy"):
        return abs(one - other) <= ACCURACY
    is_early = group == "steps" and i <= FIRST_STEPS
    return math.isclose(one, other, rel_tol=FIRST_TOLERANCE if is_early else tolerance)
