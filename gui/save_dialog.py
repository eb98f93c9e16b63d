"""Asks under which name a file is to be saved, and gives it the ending that says what it is. Knows no page."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from core.i18n import _


def ask_where(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Returns where to save a file, or None if nowhere.

    Args:
        parent: what it is asked above.
        title: of the dialog, translated.
        name: what the file is called unless the user says otherwise; whatever they say, it keeps this ending.
        kinds: the files that the dialog shows, as Qt writes them.
    """
    chosen, _kind = QFileDialog.getSaveFileName(parent, title, name, kinds)
    ending = Path(name).suffix
    if not chosen or chosen.lower().endswith(ending):
        return Path(chosen) if chosen else None
    # The dialog has asked about the name as it was typed; it has no way to add an ending to one like "lr0.01".
    path = Path(f"{chosen}{ending}")
    return path if not path.exists() or _may_replace(parent, title, path) else None


def _may_replace(parent: QWidget, title: str, path: Path) -> bool:
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    text = _("{name} is there already. Replace it?").format(name=path.name)
    box = QMessageBox(QMessageBox.Icon.Question, title, text, yes | no, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.button(yes).setText(_("Replace it"))
    box.button(no).setText(_("Keep it"))
    box.setDefaultButton(no)
    answer = box.exec()
    box.deleteLater()
    return answer == yes
