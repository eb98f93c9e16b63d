"""The controls of a window: what each is called, and those that nobody listens to."""

from collections.abc import Sequence

from PySide6.QtCore import SIGNAL, QObject
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QMenu, QToolButton, QWidget


def name_of(widget: QWidget) -> str:
    """Returns what a widget is and says."""
    text = getattr(widget, "text", "")  # a method of Qt's, or a child that a window of ours names so
    said = widget.accessibleName() or (text() if callable(text) else "") or widget.objectName()
    owner = widget.parentWidget()
    return f"{type(widget).__name__}[{str(said)[:40]}] in {type(owner).__name__}"


def dead_controls(window: QWidget) -> list[str]:
    """Returns the visible, enabled controls that nobody listens to: whatever one does to them has no effect."""
    kinds = (QAbstractButton, QComboBox, QAbstractSlider)
    return [
        name_of(each)
        for kind in kinds
        for each in window.findChildren(kind)
        if each.isVisible() and each.isEnabled() and not _is_heard(each)
    ]


_SIGNALS: dict[type[QWidget], Sequence[str]] = {
    QAbstractButton: ("clicked(bool)", "toggled(bool)", "pressed()", "released()"),
    QComboBox: ("currentIndexChanged(int)", "activated(int)", "currentTextChanged(QString)", "textActivated(QString)"),
    QAbstractSlider: ("valueChanged(int)", "sliderMoved(int)", "actionTriggered(int)"),
}
_GROUP = ("buttonClicked(QAbstractButton*)", "idClicked(int)", "buttonToggled(QAbstractButton*,bool)",
          "idToggled(int,bool)")  # fmt: skip


def _has_listeners(thing: QObject, signals: Sequence[str]) -> bool:
    return any(thing.receivers(SIGNAL(signal)) > 0 for signal in signals)


def _is_heard(control: QWidget) -> bool:
    signals = next(signals for kind, signals in _SIGNALS.items() if isinstance(control, kind))
    if _has_listeners(control, signals):
        return True
    if isinstance(control, QToolButton) and control.defaultAction() is not None:
        return _has_listeners(control.defaultAction(), ("triggered(bool)", "toggled(bool)"))
    if isinstance(control, QAbstractButton):
        menu = getattr(control, "menu", lambda: None)()
        if isinstance(menu, QMenu):
            return bool(menu.actions()) or _has_listeners(menu, ("aboutToShow()",))
        group = control.group()
        return group is not None and _has_listeners(group, _GROUP)
    return False
