"""Check digits of New Zealand identifiers, by name, for the identifier rules in `policy/identifiers.toml`.

IRD and bank account: python-stdnum (`stdnum.nz.ird`, `stdnum.nz.bankaccount`).
NHI: HISO 10046:2023 as implemented by python-nhi; the new form divides by 23, not by 24.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from stdnum import ean, luhn
from stdnum.nz import bankaccount, ird

_NHI_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_NHI_WEIGHTS = range(7, 1, -1)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def is_ird(text: str) -> bool:
    """Whether the digits of `text` are a valid IRD number."""
    return bool(ird.is_valid(_digits(text)))


def is_bank_account(text: str) -> bool:
    """Whether the digits of `text` are a valid bank account number."""
    return bool(bankaccount.is_valid(_digits(text)))


def is_card(text: str) -> bool:
    """Whether the digits of `text` are a payment card number (length and Luhn)."""
    digits = _digits(text)
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and luhn.is_valid(digits)


def is_public_number(text: str) -> bool:
    """Whether the digits of `text` are a number anybody may know: NZBN, ISBN-13 or an article number."""
    digits = _digits(text)
    return len(digits) == 13 and digits[:2] in {"94", "97"} and ean.is_valid(digits)


def _nhi_sum(code: str) -> int:
    values = (_NHI_LETTERS.index(c) + 1 if c.isalpha() else int(c) for c in code[:6])
    return sum(weight * value for weight, value in zip(_NHI_WEIGHTS, values, strict=True))


def is_nhi(text: str) -> bool:
    """Whether `text` is a valid NHI number: AAANNNC (modulus 11) or AAANNAX (modulus 23)."""
    code = text.upper()
    if re.fullmatch(r"[A-HJ-NP-Z]{3}\d{4}", code):
        remainder = _nhi_sum(code) % 11
        return remainder != 0 and (11 - remainder) % 10 == int(code[6])
    if re.fullmatch(r"[A-HJ-NP-Z]{3}\d{2}[A-HJ-NP-Z]{2}", code):
        return _NHI_LETTERS[22 - _nhi_sum(code) % 23] == code[6]
    return False


CHECKS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "ird": is_ird,
        "bank_account": is_bank_account,
        "card": is_card,
        "nhi": is_nhi,
        "public_number": is_public_number,
    }
)
