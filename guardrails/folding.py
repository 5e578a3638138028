"""One reading of a text for rules: case, macrons, look-alike letters and invisible characters folded away."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
LOOK_ALIKES = dict(
    zip(
        "авсԁеһіјӏкмпорԛѕтухуԝαβεικνορτυχ",
        "abcdehijlkmnopqstyxywabeiknoptyx",
        strict=True,
    )
)
"""Letters of other scripts that look like a Latin one, in lower case."""

_TO_LATIN = str.maketrans(LOOK_ALIKES)
_MIXED_WORD = re.compile(r"\w*[a-z]\w*")  # a word wholly in another script stays in it
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"'})


def strip_marks(text: str) -> str:
    """Drop diacritics, so that "pāpā" and "papa" are one."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Lower case without macrons, invisible characters, look-alike letters and apostrophes; spaces single."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    text = strip_marks(text.casefold())
    if not text.isascii():
        text = _MIXED_WORD.sub(lambda match: match.group().translate(_TO_LATIN), text)
    return re.sub(r"\s+", " ", text.replace("'", "")).strip()
