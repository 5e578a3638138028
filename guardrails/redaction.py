"""Taking personal information out of a text before anything else sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from guardrails.addresses import find_addresses
from guardrails.findings import Finding, Redaction, replace, settle
from guardrails.names import NameFinder
from guardrails.phones import find_phones
from guardrails.policy import Policy
from guardrails.presidio_import import import_engine

if TYPE_CHECKING:
    from guardrails.presidio_engine import Analyzer, Detector

_MAX_PASSES = 8
_PLACEHOLDER = re.compile(r"<[A-Z_]+>")
_MASK = "\N{BLACK SQUARE}"  # neither a word nor a space, so that no pattern reads a placeholder as text


class Redactor:
    """Replaces personal information by `<TYPE>`. Synchronous, without side effects, safe between threads."""

    def __init__(self, policy: Policy) -> None:
        """Builds Presidio's engine once (about a second); build it before starting threads."""
        self._analyzer = _build(policy)

    def redact(self, text: str, *, allow: Sequence[str] = ()) -> Redaction:
        """Redact a text of any length, in English, te reo Māori or both.

        `allow`: passages; what stands in one of them word for word is kept (of numbers the digits are
        compared). Redacting what was redacted changes nothing.
        """
        kept = _Allowed(allow)
        findings: list[Finding] = []
        current, origin = text, list(range(len(text) + 1))
        for _ in range(_MAX_PASSES):  # a removal brings a cue nearer to a number: repeat until nothing is new
            masked = _PLACEHOLDER.sub(lambda m: _MASK * len(m.group()), current)
            found = [f for f in settle(self._analyzer.find(masked)) if current[f.start : f.end] not in kept]
            if not found:
                break
            findings += [Finding(f.type, origin[f.start], origin[f.end], f.score, f.rule) for f in found]
            current, origin = _apply(current, origin, found)
        return Redaction(current, tuple(sorted(findings, key=lambda f: f.start)))


def _apply(text: str, origin: list[int], found: list[Finding]) -> tuple[str, list[int]]:
    moved: list[int] = []
    position = 0
    for finding in found:
        moved += origin[position : finding.start]
        moved += [origin[finding.start]] * (len(finding.type) + 2)
        position = finding.end
    return replace(text, found), moved + origin[position:]


def _build(policy: Policy) -> Analyzer:
    engine = import_engine(for_model=bool(policy.name_model.engine))
    detectors: list[tuple[str, Sequence[str], Detector]] = [
        (rule.rule, [rule.type], rule.find) for rule in policy.identifiers
    ]
    detectors.append(("phone", ["PHONE_NUMBER"], find_phones))
    detectors.append(("name", ["PERSON"], NameFinder(policy.names, policy.lexicon)))
    detectors.append(("address", ["ADDRESS"], find_addresses))
    analyzer: Analyzer = engine.Analyzer(detectors, policy.threshold, policy.name_model)
    return analyzer


class _Allowed:
    """What the passages say, for comparing spans with."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._text = "\n".join(passages).casefold()
        self._numbers = {_digits(run) for run in _NUMBER_RUN.findall(self._text)}

    def __contains__(self, span: str) -> bool:
        if not self._text:
            return False
        if span.casefold() in self._text:
            return True
        return bool(_NUMERIC.fullmatch(span)) and _digits(span) in self._numbers


_NUMERIC = re.compile(r"[\d\s().+/-]{4,}")
_NUMBER_RUN = re.compile(r"\(?\+?\d[\d ().-]{2,}\d")


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return re.sub(r"^(?:00)?64(?=[2-9]\d{6})", "0", digits)
