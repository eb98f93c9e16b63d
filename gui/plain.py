"""Text that comes from files, strangers and keyboards is shown as it is, never rendered as HTML."""

from html import escape

from PySide6.QtGui import Qt


def as_tooltip(text: str) -> str:
    """Returns what to give Qt as a tooltip so that exactly `text` is seen: Qt renders what looks like HTML to it."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if Qt.mightBeRichText(text) else text
