"""The datasets there are, one line each. Tensors in memory plus class names; see `core.data.base`."""

from core.data.base import DatasetConfig
from core.i18n import N_
from core.registry import Registry

DATASETS: Registry[DatasetConfig] = Registry(N_("dataset"))
