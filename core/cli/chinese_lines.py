"""Line breaks in Chinese: between any two characters, but never before a closing or after an opening mark.

Rich breaks lines at spaces only. A Chinese sentence, which has none, would be one long word, cut off in a table.
"""

import re

from rich import _wrap

_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff"
_OPENING, _CLOSING = "（《“", "，。；：、？！）》”"


def allow() -> None:
    """Teaches Rich where Chinese may be broken. Text without Chinese is broken as before."""
    _wrap.re_word = re.compile(
        rf"\s*(?:[{_OPENING}]*(?:[{_IDEOGRAPHS}]|[^\s{_IDEOGRAPHS}{_OPENING}{_CLOSING}]+)[{_CLOSING}]*"
        rf"|[{_OPENING}{_CLOSING}]+)\s*"
    )
