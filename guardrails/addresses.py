"""Street addresses, post boxes and rural delivery, written with capitals or, more often, without."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.findings import Finding

MAX_LENGTH = 44
"""No span is longer, so that a stream which holds back 48 code points sees each whole."""

_NUMBER = (
    r"(?:\b(?:(?:flat|unit|apartment|apt|suite|level|floor|room)\s?(?:\d{1,4}[A-Za-z]?|[A-Za-z])|[ul]\d{1,3})"
    r"\s?[,/]?\s{0,2}(?:at\s)?)?"
    r"(?<![\w$.,-])\d{1,5}[A-Za-z]?(?:\s?[/-]\s?\d{1,5}[A-Za-z]?)?,?\s{1,2}"
)
_ALWAYS = (
    "street|road|rd|avenue|ave|terrace|tce|crescent|cres|highway|hwy|parade|pde|esplanade|boulevard|blvd|quay|"
    "lane|ln|drive|dr|grove"
)
_CAPITALS = (
    "St|Place|Pl|Way|Close|Cl|Court|Ct|Gr|Rise|Square|Sq|Heights|View|Mews|Loop|Track|Row|Walk|Gardens|Glade|"
    "Green|Mall|Point|Ridge|Vale|Wharf|Bay|Hill|Circle|Common"
)
_NAME = r"(?:[A-Za-zĀ-ſ][\w'’.-]{0,18}\s{1,2}){1,3}"
_STREET = re.compile(
    rf"(?i:{_NUMBER})(?P<name>{_NAME})(?P<kind>(?i:{_ALWAYS})|{_CAPITALS}|(?i:st))\b\.?(?!')"
)
_THE = re.compile(
    rf"(?i:{_NUMBER})(?:(?i:the) (?i:terrace|esplanade|parade|strand|crescent|mall)|Broadway|"
    r"(?:Tiriti|Huarahi|Ara) [A-ZĀ-Ū]\w+)\b"
)
_BOX = re.compile(
    r"(?i)\b(?:P\.?\s?O\.?\s?Box|Private\s+Bag|Post\s?Box|Pouaka\s+Pout[aā]peta)\s{0,2}(?:no\.?\s|number\s)?[A-Z]{0,2}\d{1,6}\b"
)
_RURAL = re.compile(r"\bR\.?D\.?\s?\d{1,2}\b(?=,|\s+[A-Z])")
_TAIL = re.compile(r"(?:,\s{0,2}[A-ZĀ-Ū][\wāēīōū]+(?: [A-ZĀ-Ū][\wāēīōū]+)?){0,2}(?:,?\s\d{4}(?![\w-]))?")
# Words that stand between a number and "drive", "way" or "st" when no street is meant.
_COUNTED = re.compile(
    r"(?i)\b(?:min|mins|minutes?|hours?|hrs?|days?|weeks?|months?|years?|km|kms|kilomet\w+|m|metres?|people|"
    r"persons?|kids|children|percent|dollars|times?|or|and|of|for|on|in|to|the|from|per|a|an|is|are|can|my|with|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|do|i|at|off|new|"
    r"learner|restricted|way|one-way|two-way|full|test|test|year|old|am|pm)\b"
)


def find_addresses(text: str) -> Iterator[Finding]:
    """Numbered streets with what follows of suburb and postcode, PO boxes, private bags, rural delivery."""
    for match in _STREET.finditer(text):
        if not _COUNTED.search(match["name"]):
            yield _finding(text, match, 0.8, "address.street")
    for match in _THE.finditer(text):
        yield _finding(text, match, 0.7, "address.street")
    for match in _BOX.finditer(text):
        yield _finding(text, match, 0.8, "address.box")
    for match in _RURAL.finditer(text):
        yield Finding("ADDRESS", match.start(), match.end(), 0.5, "address.rural")


def _finding(text: str, match: re.Match[str], score: float, rule: str) -> Finding:
    tail = _TAIL.match(text, match.end())
    end = tail.end() if tail and tail.end() - match.start() <= MAX_LENGTH else match.end()
    return Finding("ADDRESS", match.start(), min(end, match.start() + MAX_LENGTH), score, rule)
