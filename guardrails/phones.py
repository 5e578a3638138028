"""Phone numbers, by libphonenumber, apart from the numbers that agencies publish.

0800, 0508 and 0900 numbers and numbers of three or four digits are public; a landline or mobile number in a
question is taken for somebody's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from guardrails.findings import Finding

_CANDIDATE = re.compile(
    r"(?<![\w.$@/#-])(?:\+\s?\d{1,3}|00\s?64|\(0\d{1,2}\)|0\d)(?:[ \-.()]{0,2}\d){6,12}(?![\w-]|\.\d)"
)
_DATE = re.compile(r"\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d\d")
_PUBLIC = re.compile(r"^(?:\+?64|0)?(?:800|508|900)")


def find_phones(text: str) -> Iterator[Finding]:
    """Possible New Zealand numbers, and international ones that begin with a plus."""
    for match in _CANDIDATE.finditer(text):
        digits = re.sub(r"[^\d+]", "", match.group())
        if (_PUBLIC.match(digits) and len(digits) <= 13) or _DATE.fullmatch(match.group()):
            continue
        if score := _score(match.group()):
            yield Finding("PHONE_NUMBER", match.start(), match.end(), score, "phone")


def _score(candidate: str) -> float:
    try:
        number = phonenumbers.parse(candidate, "NZ")
    except phonenumbers.NumberParseException:
        return 0.0
    if phonenumbers.is_valid_number(number):
        return 0.85
    # Out of a known range, but long enough and written as a mobile or international number.
    mobile = candidate.startswith(("02", "+", "(02"))
    return 0.5 if mobile and phonenumbers.is_possible_number(number) else 0.0
