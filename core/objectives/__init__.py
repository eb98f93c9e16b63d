"""The registry of objectives. An objective says what a network is trained for and how it is judged."""

from core.i18n import N_
from core.objectives.base import ObjectiveConfig
from core.objectives.classification import ClassificationConfig
from core.registry import Registry

OBJECTIVES: Registry[ObjectiveConfig] = Registry(N_("objective"))
OBJECTIVES.add(ClassificationConfig)
