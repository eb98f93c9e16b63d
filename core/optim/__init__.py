"""The optimizers and schedules there are, one line each."""

from core.i18n import N_
from core.optim import optimizers, schedules
from core.optim.base import OptimizerConfig, ScheduleConfig
from core.registry import Registry

OPTIMIZERS: Registry[OptimizerConfig] = Registry(N_("optimizer"))
OPTIMIZERS.add(optimizers.SGD)
OPTIMIZERS.add(optimizers.MOMENTUM)
OPTIMIZERS.add(optimizers.NESTEROV)
OPTIMIZERS.add(optimizers.ADAGRAD)
OPTIMIZERS.add(optimizers.RMSPROP)
OPTIMIZERS.add(optimizers.ADAM)
OPTIMIZERS.add(optimizers.ADAMW)

SCHEDULES: Registry[ScheduleConfig] = Registry(N_("schedule"))
SCHEDULES.add(schedules.CONSTANT)
SCHEDULES.add(schedules.STEP)
SCHEDULES.add(schedules.COSINE)
SCHEDULES.add(schedules.WARMUP_COSINE)
SCHEDULES.add(schedules.ONE_CYCLE)
