"""Imports slow libraries after the window is shown: torch alone takes longer than everything else together.

An import holds Python's interpreter lock, and so blocks the window, in two ways that this module avoids: by opening
torch's shared libraries, half a second at once, and by garbage collections over the hundred thousand objects that
imports create and keep.
"""

import ctypes
import gc
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal, Slot

from core.errors import NeurariumError
from core.i18n import _
from gui import crash
from gui.workers.threads import STACK, keep_to_one_thread

# In this order: nothing works without the first, and each imports what the next one needs too.
TORCH_MODULES = ("torch", "core.runs.config", "core.data", "core.models", "core.optim", "core.training.loop")


class Preload(QObject):
    """Imports modules once in a separate thread.

    Signals:
        ready: everything is imported; torch's operations on the window's thread are single-threaded.
        failed: the `gui.crash.UnexpectedError` that says what could not be imported.
    """

    ready = Signal()
    failed = Signal(object)

    def __init__(self, modules: Sequence[str] = TORCH_MODULES, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_ready = False
        self._importer = _Importer(modules, self)
        self._importer.finished.connect(self._finish)

    def start(self) -> None:
        """Begins. Call it when the window has been painted."""
        self._importer.start()

    def wait(self, milliseconds: int) -> bool:
        """Waits until the imports are over; returns whether they are. They cannot be interrupted."""
        return self._importer.wait(milliseconds)

    @Slot()
    def _finish(self) -> None:
        if self._importer.error is not None:
            self.failed.emit(self._importer.error)
            return
        keep_to_one_thread()
        self.is_ready = True
        self.ready.emit()


class _Importer(QThread):
    def __init__(self, modules: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self.setStackSize(STACK)
        self._modules = modules
        self.error: NeurariumError | None = None

    def run(self) -> None:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            _open_libraries()
            for name in self._modules:
                importlib.import_module(name)
            _make_first_optimizer()
        except Exception as error:  # noqa: BLE001 (a broken installation can raise anything)
            self.error = crash.UnexpectedError(
                _("PyTorch or another library could not be loaded: {reason}").format(reason=error),
                _("Close the window and install Neurarium again. If dev.py did it, delete the folder .venv first."),
                crash.unexpected(error).details,
            )
        finally:
            # Later collections skip the objects that exist now.
            gc.freeze()
            if was_enabled:
                gc.enable()


def _make_first_optimizer() -> None:
    """Makes torch import what it normally imports with the first optimizer of a process.

    During a training the window would stutter. torch also catches errors then, whose tracebacks keep the network alive.
    """
    if "torch" in sys.modules:
        import torch

        torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))])


def _open_libraries() -> None:
    """Opens torch's libraries in the same way as torch, but without holding the interpreter lock.

    Python holds the lock while it imports a library, but not while it calls a foreign function such as the system's
    `dlopen`. Errors here are ignored: `import torch` will meet and report them.
    """
    spec = importlib.util.find_spec("torch")
    if spec is None or not spec.submodule_search_locations:
        return
    # On Windows torch itself opens them by a foreign function. If the user has set a search path, torch decides which
    # copies of NVIDIA's libraries are found first.
    if sys.platform == "win32" or os.environ.get("LD_LIBRARY_PATH"):
        return
    folder = Path(spec.submodule_search_locations[0]) / "lib"
    suffix = "dylib" if sys.platform == "darwin" else "so"
    system = ctypes.CDLL(None)
    system.dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int]
    system.dlopen.restype = ctypes.c_void_p
    system.dlopen(os.fsencode(folder / f"libtorch_global_deps.{suffix}"), os.RTLD_NOW | os.RTLD_GLOBAL)
    system.dlopen(os.fsencode(folder / f"libtorch.{suffix}"), os.RTLD_NOW)
