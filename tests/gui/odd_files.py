"""Files that people drop and open: good ones, broken ones, a missing one."""

from pathlib import Path

from PySide6.QtGui import QColor, QImage


def make_files(folder: Path) -> list[Path]:
    """Makes files that a person might drop or open: good ones, broken ones, a missing one, and a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = QImage(60, 40, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    picture.setPixelColor(30, 20, QColor("black"))
    good = folder / "seven.png"
    assert picture.save(str(good))
    contents = {
        "broken.png": good.read_bytes()[:60],
        "empty.png": b"",
        "&lt;b&gt;.txt": b"wonderful\nterrible\n<img src=x>\n",
        "texts.csv": b"text,label\ngood film,positive\n\"unclosed,negative\n",
        "binary.csv": bytes(range(256)) * 8,
        "drawings.zip": b"PK\x03\x04 not a zip",
        "中文.txt": "很好\n很差\n".encode("gb18030"),
    }  # fmt: skip
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [good, folder, folder / "gone.png", *(folder / name for name in contents)]
