"""Line breaks in Chinese: between any two characters, but never before a closing or after an opening mark.

Rich breaks lines at spaces only. A Chinese sentence has none, so it would be one long word and be cut off in a table.
"""

import re

from rich import _wrap
from rich.text import Text

_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff"
_OPENING, _CLOSING = "（《“", "，。；：、？！）》”"
_STOPS = re.escape(".,;:!?)]")  # of Latin text: they may follow a closing mark, as in “this”.


def allow() -> None:
    """Makes Rich break lines in Chinese text. Text without Chinese is broken as before."""
    _wrap.re_word = re.compile(
        rf"\s*(?:[{_OPENING}]*(?:[{_IDEOGRAPHS}]|[^\s{_IDEOGRAPHS}{_OPENING}{_CLOSING}]+)[{_CLOSING}{_STOPS}]*"
        rf"|[{_OPENING}{_CLOSING}]+)\s*"
    )
    Text.rstrip_end = _rstrip_end  # type: ignore[assignment, method-assign]


def _rstrip_end(text: Text, size: int) -> None:
    """Removes trailing whitespace beyond a width in cells. Rich counts characters, but Chinese ones need two cells."""
    plain = text.plain
    if too_much := min(len(plain) - len(plain.rstrip()), max(text.cell_len - size, 0)):
        text.right_crop(too_much)  # right_crop(0) would remove the whole text
