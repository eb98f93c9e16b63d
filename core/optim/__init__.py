"""The optimizers and schedules there are, one line each."""

from core.i18n import N_
from core.optim.base import OptimizerConfig, ScheduleConfig
from core.registry import Registry

OPTIMIZERS: Registry[OptimizerConfig] = Registry(N_("optimizer"))
SCHEDULES: Registry[ScheduleConfig] = Registry(N_("schedule"))
