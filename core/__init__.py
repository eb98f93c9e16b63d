"""Everything except the window: data, models, optimizers, the training loop, inference and explanation.

Nothing in this package imports Qt. Everything can be used from a script, a notebook, the command
line or another process.
"""

__version__ = "0.1.0"
