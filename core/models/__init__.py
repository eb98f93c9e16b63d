"""The architectures there are, one file and one line each."""

from core.i18n import N_
from core.models.base import ModelConfig
from core.registry import Registry

MODELS: Registry[ModelConfig] = Registry(N_("model"))
