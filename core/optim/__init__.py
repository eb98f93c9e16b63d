"""The registries of optimizers and schedules, one line per entry."""

from core.i18n import N_
from core.optim import optimizers, schedules
from core.optim.base import OptimizerConfig, ScheduleConfig
from core.registry import Registry

OPTIMIZERS: Registry[OptimizerConfig] = Registry(N_("optimizer"))
OPTIMIZERS.add(optimizers.SgdConfig)
OPTIMIZERS.add(optimizers.MomentumConfig)
OPTIMIZERS.add(optimizers.NesterovConfig)
OPTIMIZERS.add(optimizers.AdagradConfig)
OPTIMIZERS.add(optimizers.RmspropConfig)
OPTIMIZERS.add(optimizers.AdamConfig)
OPTIMIZERS.add(optimizers.AdamWConfig)

SCHEDULES: Registry[ScheduleConfig] = Registry(N_("schedule"))
SCHEDULES.add(schedules.ConstantConfig)
SCHEDULES.add(schedules.StepConfig)
SCHEDULES.add(schedules.CosineConfig)
SCHEDULES.add(schedules.WarmupCosineConfig)
SCHEDULES.add(schedules.OneCycleConfig)
