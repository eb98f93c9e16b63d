"""The controls of a window: their names, and those that have no listener."""

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import SIGNAL, QObject
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QMenu, QToolButton, QWidget


def name_of(widget: QWidget) -> str:
    """Returns a widget's class and text."""
    text = getattr(widget, "text", "")  # a method of Qt's, or a child that a window of ours names so
    said = widget.accessibleName() or (text() if callable(text) else "") or widget.objectName()
    owner = widget.parentWidget()
    return f"{type(widget).__name__}[{str(said)[:40]}] in {type(owner).__name__}"


def dead_controls(window: QWidget) -> list[str]:
    """Returns the visible, enabled controls without a listener: using them has no effect."""
    kinds = (QAbstractButton, QComboBox, QAbstractSlider)
    return [
        name_of(each)
        for kind in kinds
        for each in window.findChildren(kind)
        if each.isVisible() and each.isEnabled() and not _is_heard(each)
    ]


_SIGNALS: dict[type[QWidget], tuple[str, ...]] = {
    QAbstractButton: ("clicked(bool)", "toggled(bool)", "pressed()", "released()"),
    QComboBox: ("currentIndexChanged(int)", "activated(int)", "currentTextChanged(QString)", "textActivated(QString)"),
    QAbstractSlider: ("valueChanged(int)", "sliderMoved(int)", "actionTriggered(int)"),
}
_GROUP = ("buttonClicked(QAbstractButton*)", "idClicked(int)", "buttonToggled(QAbstractButton*,bool)",
          "idToggled(int,bool)")  # fmt: skip


def _listeners(thing: QObject, signals: Sequence[str]) -> list[int]:
    return [thing.receivers(SIGNAL(signal)) for signal in signals]


def _has_listeners(thing: QObject, signals: Sequence[str]) -> bool:
    return any(_listeners(thing, signals))


@cache
def _listens_to_itself(kind: type[QWidget], signals: tuple[str, ...]) -> list[int]:
    """Returns how many of its own methods listen to each signal of a new control; Qt's tool button has some."""
    try:
        return _listeners(kind(), signals)
    except NotImplementedError:  # an abstract class, which cannot be made
        return [0] * len(signals)


def _is_heard(control: QWidget) -> bool:
    signals = next(signals for kind, signals in _SIGNALS.items() if isinstance(control, kind))
    of_qt = next(kind for kind in type(control).__mro__ if kind.__module__.startswith("PySide6."))
    if _listeners(control, signals) != _listens_to_itself(of_qt, signals):
        return True
    if isinstance(control, QToolButton) and control.defaultAction() is not None:
        return _has_listeners(control.defaultAction(), ("triggered(bool)", "toggled(bool)"))
    if isinstance(control, QAbstractButton):
        menu = getattr(control, "menu", lambda: None)()
        if isinstance(menu, QMenu):
            return bool(menu.actions()) or _has_listeners(menu, ("aboutToShow()",))
        group = control.group()
        if group is None:
            return False
        # When one of several options is switched on, another one is switched off.
        others = group.buttons() if group.exclusive() else []
        return _has_listeners(group, _GROUP) or any(_has_listeners(each, ("toggled(bool)",)) for each in others)
    return False
