"""Text from files, other people and the keyboard is shown as it is, never rendered as HTML."""

from html import escape

from PySide6.QtGui import Qt


def as_tooltip(text: str) -> str:
    """Returns the tooltip to give to Qt so that exactly `text` is visible: Qt renders text that looks like HTML."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if Qt.mightBeRichText(text) else text
