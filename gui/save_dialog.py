"""Asks for the name of a file to save and adds the right ending. Knows no page."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from core.i18n import _


def ask_where(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Returns where to save a file, or None if the user cancels.

    Args:
        parent: the window above which the dialog opens.
        title: of the dialog, translated.
        name: the suggested name of the file. Its ending is added to a name without it.
        kinds: the files that the dialog shows, in Qt's notation.
    """
    chosen, _kind = QFileDialog.getSaveFileName(parent, title, name, kinds)
    ending = Path(name).suffix
    if not chosen or chosen.lower().endswith(ending):
        return Path(chosen) if chosen else None
    # The dialog asked about the name as typed. It cannot add an ending to a name like "lr0.01".
    path = Path(f"{chosen}{ending}")
    return path if not path.exists() or _may_replace(parent, title, path) else None


def _may_replace(parent: QWidget, title: str, path: Path) -> bool:
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    text = _("{name} already exists. Replace it?").format(name=path.name)
    box = QMessageBox(QMessageBox.Icon.Question, title, text, yes | no, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.button(yes).setText(_("Replace it"))
    box.button(no).setText(_("Keep it"))
    box.setDefaultButton(no)
    answer = box.exec()
    box.deleteLater()
    return answer == yes
