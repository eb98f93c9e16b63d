"""Tooltips of whole sentences."""

from html import escape

from PySide6.QtWidgets import QWidget


def explain(text: str, *widgets: QWidget) -> None:
    """Makes `text` the tooltip of widgets, broken into lines, and their description for screen readers."""
    for widget in widgets:
        # Qt breaks only rich text into lines.
        widget.setToolTip(f"<qt>{escape(text)}</qt>" if text else "")
        widget.setAccessibleDescription(text)
