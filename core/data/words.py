"""Splits text into words, and returns the normal form in which a word is looked up. Independent of vocabularies.

Finds words, numbers, punctuation, emoji and emoticons. Chinese and Japanese are split into single characters, so mixed
text needs no other rules. "don't" becomes "do" and "n't", as in the Penn Treebank: the negation is a separate word.
"""

import re
import unicodedata
from collections.abc import Iterator

# Python's \w matches letters and digits, but not combining marks (accents, vowel signs).
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u0816-\u082d\u08d3-\u08ff"
    "\u0900-\u0963\u0966-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ece\u0f18-\u0f19\u0f35-\u0f39"
    "\u0f71-\u0f84\u0f86-\u0fbc\u1000-\u1049\u135d-\u135f\u17b4-\u17d3\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20dc"
    "\u3099\u309a\ufe20-\ufe2f"
)
_ALONE = "\u3040-\u3098\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_LETTERS = rf"[^\W_{_ALONE}]+(?:[{_MARKS}]+[^\W_{_ALONE}]*)*"
_LETTER = rf"[{_MARKS}\w]"
# Control characters, direction marks, zero-width characters and halves of surrogate pairs are ignored.
_UNSEEN = (
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff"
)
_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
)
_PAINT = "[\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"

# Every alternative consumes nearly all characters that it reads, so the time is linear in the length of the text.
_TOKEN = re.compile(
    rf"""
      [0-9#*]\ufe0f?\u20e3 | \d+(?:[.,:/]\d+)*                                                # 3.5
    | (?:[tT]_+[tT]|[oO]_+[oO])(?!{_LETTER})                                                  # T_T
    | {_LETTERS}(?:['’]{_LETTERS})*                                                           # don't
    | [{_ALONE}]                                                                              # 好
    | [<>]?[:;=]'?[-~^]?(?:([()\[\]{{}}|*@\\])\1*|/(?!/)|([dDpPoOsS])\2*(?!{_LETTER}))        # :-)
    | <3+ | </3 | \^[_.-]?\^ | -_+- | ¯\\_\(ツ\)_/¯
    | ['’](?i:s|re|ve|ll|d|m|t)(?!{_LETTER})                                                  # 's
    | [\U0001f1e6-\U0001f1ff]{{2}} | {_PICTURE}{_PAINT}(?:\u200d{_PICTURE}{_PAINT})*          # emoji
    | ([^\s\w{_UNSEEN}])\3*                                                                   # !!!
    | [{_MARKS}]+ | _+
    """,
    re.VERBOSE,
)
_CONTRACTION = re.compile(r"(.*?)(n['’]t)?(['’](?:s|re|ve|ll|d|m))?", re.IGNORECASE)
# Words without apostrophe: "dont" is "don't". The number is the position where such a word is split.
_VERBS = ("do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "ca", "could", "should", "would", "wo")
_IN_HASTE = {f"{verb}nt": len(verb) for verb in _VERBS} | {"cannot": 3}
_FACE = re.compile(r"([<>]?[:;=]'?)[-~^]?([^\s:;=])\2*")
_LONG_RUN = re.compile(r"(\D)\1{2,}")
_SAME = str.maketrans(
    {"‘": "'", "’": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "—": "-", "–": "-"}
)


def find_words(text: str) -> Iterator[tuple[str, int]]:
    """Yields each word, number, mark, emoji or single Chinese character of `text`, and its start.

    A contraction is one word here; `parts` splits it.
    """
    return ((match.group(), match.start()) for match in _TOKEN.finditer(text))


def surfaces(text: str) -> list[str]:
    """Returns the words of `find_words` without their positions; faster, for many texts."""
    return [match.group() for match in _TOKEN.finditer(text)]


def parts(surface: str) -> list[str]:
    """Splits a contraction into words ("don't": "do", "n't"; "it's": "it", "'s"); other words stay whole."""
    if "'" in surface or "’" in surface:
        match = _CONTRACTION.fullmatch(surface)
        return [part for part in match.groups() if part] if match and surface[0] not in ":;=<>" else [surface]
    cut = _IN_HASTE.get(surface.lower())
    return [surface[:cut], surface[cut:]] if cut else [surface]


def normal_form(surface: str) -> str:
    """Returns the form in which a word is looked up.

    Lower case, in Unicode's compatibility composition (NFKC: full-width letters and signs become ordinary ones), with
    plain quotes and dashes, emoticons without noses, "nt" as "n't", no sign more than three times in a row.
    """
    face = _FACE.fullmatch(surface)
    if face:
        return "".join(face.groups()).lower()
    form = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", surface).lower()).translate(_SAME)
    if form == "nt":
        return "n't"
    if form[0].isalnum():
        return form
    form = _LONG_RUN.sub(r"\1\1\1", form.replace("\ufe0f", ""))
    return {"''": '"', '""': '"'}.get(form, form)


def undrawn(form: str) -> Iterator[str]:
    """Yields the words that a lengthened word may mean: for "goooood" "good", then "god"; nothing for other words."""
    if _LONG_RUN.search(form):
        yield _LONG_RUN.sub(r"\1\1", form)
        yield _LONG_RUN.sub(r"\1", form)
