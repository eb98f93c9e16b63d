"""Where the Tab key goes: through the controls in reading order, whenever they were made.

Qt uses the order in which widgets are made, but forms, tiles and pages are made when first needed. Knows no page.
"""

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QAbstractSpinBox, QComboBox, QWidget

_WHOLE = (QAbstractButton, QAbstractSpinBox, QComboBox)  # Tab stops once, though each has several parts


def tab_stops(root: QWidget) -> list[QWidget]:
    """Returns the controls below `root` that Tab reaches now, in reading order."""
    return [widget for widget in _in_reading_order(root) if _stops_at(widget)]


def go_on(root: QWidget, *, forward: bool) -> bool:
    """Moves the focus to the next control below `root`, or to the previous one; returns whether there was one."""
    stops = tab_stops(root)
    # Qt's stubs leave out None: perhaps no control has the focus, and the window has no parent.
    here: QWidget | None = root.window().focusWidget()
    while here is not None and here not in stops:
        here = here.parentWidget()
    if not stops:
        return False
    step = 1 if forward else -1
    place = stops.index(here) + step if here is not None else (0 if forward else -1)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    stops[place % len(stops)].setFocus(reason)
    return True


def _stops_at(widget: QWidget) -> bool:
    policy = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return policy == Qt.FocusPolicy.TabFocus and widget.isEnabled() and not _is_viewport(widget)


def _is_viewport(widget: QWidget) -> bool:
    """Whether it passes the focus on to the scroll area around it.

    Its `focusProxy` is not used: PySide treats the result as a child of the widget, which it is not, and the garbage
    collector then destroys both.
    """
    area = widget.parentWidget()
    return isinstance(area, QAbstractScrollArea) and area.viewport() == widget


def _in_reading_order(widget: QWidget) -> Iterator[QWidget]:
    yield widget
    if isinstance(widget, _WHOLE):
        return
    children = widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    for child in _sorted([child for child in children if child.isVisible() and not child.isWindow()]):
        yield from _in_reading_order(child)


def _sorted(widgets: list[QWidget]) -> list[QWidget]:
    """Returns neighbours row by row; those that no line divides into rows, column by column (a recursive XY cut)."""
    # Uses positions, not layouts: asking a QLayout for its items makes PySide lose some of its wrappers.
    for ends in (_vertical_ends, _horizontal_ends):
        parts = _parts(widgets, ends)
        if len(parts) > 1:
            return [widget for part in parts for widget in _sorted(part)]
    return sorted(widgets, key=lambda widget: (widget.y(), widget.x()))


def _parts(widgets: list[QWidget], ends: Callable[[QWidget], tuple[int, int]]) -> list[list[QWidget]]:
    """Returns `widgets` cut wherever a line passes between them."""
    parts: list[list[QWidget]] = []
    reached = 0
    for widget in sorted(widgets, key=ends):
        start, end = ends(widget)
        if not parts or start >= reached:
            parts.append([])
            reached = end
        parts[-1].append(widget)
        reached = max(reached, end)
    return parts


def _vertical_ends(widget: QWidget) -> tuple[int, int]:
    return widget.y(), widget.y() + widget.height()


def _horizontal_ends(widget: QWidget) -> tuple[int, int]:
    return widget.x(), widget.x() + widget.width()
