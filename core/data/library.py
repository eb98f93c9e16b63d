"""Loads datasets and caches the last one, so that training again on the same data starts at once.

A dataset in memory never changes, so it can be reused. Independent of particular datasets.
"""

from core import paths
from core.data.base import Data, DatasetConfig, Loading

_last: tuple[str, Data] | None = None


def load(config: DatasetConfig, seed: int) -> Loading:
    """Loads the dataset of `config` (see `DatasetConfig.load`), or returns the cached one if it is the same.

    It is no longer the same when the data folder has moved or a learner's own files have changed.

    >>> from core.data.library import load
    >>> from core.data.sources.strokes import StrokesConfig
    >>> from core.generators import pull
    >>> data = pull(load(StrokesConfig(examples=200), seed=0))
    >>> data.input_spec.class_names
    ('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')
    >>> len(data.split("train")), len(data.split("validation"))
    (180, 20)
    """
    global _last
    state = yield from config.state_of_files()
    key = f"{config.to_dict()} {seed} {paths.data_folder()} {state}"
    if _last is None or _last[0] != key:
        _last = None  # two datasets might not fit into memory
        data: Data = yield from config.load(seed)
        _last = (key, data)
        return data
    return _last[1]


def available(config: DatasetConfig) -> bool:
    """Whether `config` can be loaded without a network; `config.download_bytes()` returns how much is missing."""
    return config.download_bytes() == 0
