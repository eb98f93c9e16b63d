"""Loads datasets, and remembers the last one: training again on the same data starts at once.

A dataset in memory is never changed, so it can be handed out again. Knows no particular dataset.
"""

from typing import Any

from core.data.base import Data, Loading

_last: tuple[str, Data] | None = None


def load(config: Any, seed: int) -> Loading:
    """Loads what `config` describes (see `DatasetConfig.load`), or hands out what was loaded last if it is the same."""
    global _last
    key = f"{config.to_dict()} {seed}"
    if _last is None or _last[0] != key:
        _last = None  # two datasets need not fit into memory at once
        data = yield from config.load(seed)
        _last = (key, data)
        return data
    return _last[1]
