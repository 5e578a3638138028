"""Names of people without a model: cues, lists of first and last names, and a list of what is no name.

Most citizens type without capitals, so that every rule works in lower case as well; there an ordinary English or
Māori word is a name only after a cue that leaves no doubt. What to expect: `evals/suites/guardrails`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from guardrails.findings import Finding
from guardrails.lexicon import Lexicon
from guardrails.toml_files import Section

MAX_LENGTH = 44
MAX_TOKENS = 4

_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")  # noqa: RUF001  typographic apostrophe
_POSSESSIVE = re.compile(r"['’]s$")  # noqa: RUF001
_GAP = re.compile(r"\.? {1,2}")
_JOIN = re.compile(r"(?:,| and| &| me| r[aā]ua ko| r[aā]tou ko)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameCues:
    """Patterns around names; see the head of `policy/names.toml`."""

    strong: re.Pattern[str]
    kin: re.Pattern[str]
    weak: re.Pattern[str]
    after: re.Pattern[str]
    links: frozenset[str]
    not_followed_by: frozenset[str]


def read_cues(root: Section) -> NameCues:
    """The `[cues]` table of the policy."""
    cues = root.section("cues")

    def either(key: str) -> re.Pattern[str]:
        cues.patterns(key)
        return re.compile("|".join(f"(?:{source})" for source in cues.texts(key)), re.IGNORECASE)

    return NameCues(
        either("strong"),
        either("kin"),
        either("weak"),
        either("after"),
        frozenset(cues.texts("links")),
        frozenset(cues.texts("not_followed_by")),
    )


class _Token:
    """A word of the text and what the lists say of it."""

    def __init__(self, match: re.Match[str], lexicon: Lexicon, shouted: bool) -> None:
        self.start = match.start()
        raw = match.group().lower() if shouted else match.group()
        tail = _POSSESSIVE.search(raw)
        self.raw = raw[: tail.start()] if tail else raw
        self.end = self.start + len(self.raw)
        self.closed = tail is not None  # nothing of the name can follow a possessive
        self.key = lexicon.key(self.raw)
        self.whole_key = lexicon.key(raw) if tail else self.key
        self.capital = raw[0].isupper()
        self.denied = self.key in lexicon.not_names
        self.word = lexicon.is_word(self.key)
        self.first = self.key in lexicon.first_names
        self.last = self.key in lexicon.last_names or (
            "-" in self.key and self.key.rpartition("-")[2] in lexicon.last_names
        )

    @property
    def listed(self) -> bool:
        return self.first or self.last

    @property
    def distinct(self) -> bool:
        """On a list of names, and nothing else as well."""
        return self.listed and not self.word and not self.denied

    @property
    def unexplained(self) -> bool:
        """No word, no place, no agency: a name as far as anybody can tell."""
        return len(self.key) > 1 and not self.word and not self.denied and not self.raw.isupper()


class NameFinder:
    """Finds PERSON spans, at most four words and 44 code points each."""

    def __init__(self, cues: NameCues, lexicon: Lexicon) -> None:
        self._cues = cues
        self._lexicon = lexicon

    def __call__(self, text: str) -> Iterator[Finding]:
        """The longest spans first, none overlapping another."""
        shouted = text.isupper()
        tokens = [_Token(match, self._lexicon, shouted) for match in _TOKEN.finditer(text)]
        at = {token.start: n for n, token in enumerate(tokens)}
        ends = {token.end: n for n, token in enumerate(tokens)}
        found = [
            *self._cued(text, tokens, at),
            *self._named_before(text, tokens, ends),
            *self._pairs(text, tokens),
        ]
        shut = self._denied_phrases(tokens) if found else []
        taken: list[tuple[int, int]] = list(shut)
        for start, end, score, rule in sorted(found, key=lambda span: (span[0] - span[1], -span[2])):
            begin, stop = tokens[start].start, min(tokens[end - 1].end, tokens[start].start + MAX_LENGTH)
            if not any(a < stop and begin < b for a, b in taken):
                taken.append((begin, stop))
                yield Finding("PERSON", begin, stop, score, rule)

    def _cued(
        self, text: str, tokens: Sequence[_Token], at: dict[int, int]
    ) -> Iterator[tuple[int, int, float, str]]:
        for pattern, accepts, score, rule in (
            (self._cues.strong, _after_strong, 0.85, "name.cue"),
            (self._cues.kin, self._after_kin, 0.7, "name.kin"),
            (self._cues.weak, _after_weak, 0.5, "name.weak_cue"),
        ):
            for match in pattern.finditer(text):
                begin = at.get(match.end())
                while begin is not None and self._begins(tokens, begin, accepts):
                    end = self._extend(text, tokens, begin, sure=rule == "name.cue")
                    if self._stands_alone(text, tokens, end):
                        yield begin, end, score, rule
                    join = _JOIN.match(text, tokens[end - 1].end)
                    begin = at.get(join.end()) if join else None
                    accepts = _after_weak

    def _begins(self, tokens: Sequence[_Token], n: int, accepts: Callable[[_Token], bool]) -> bool:
        if accepts(tokens[n]):
            return True
        linked = tokens[n].key in self._cues.links and n + 1 < len(tokens)
        return linked and tokens[n].capital and accepts(tokens[n + 1]) and tokens[n + 1].capital

    def _named_before(
        self, text: str, tokens: Sequence[_Token], ends: dict[int, int]
    ) -> Iterator[tuple[int, int, float, str]]:
        for match in self._cues.after.finditer(text):
            end = ends.get(match.start())
            if end is None:
                continue
            begin = end + 1
            while begin > 0 and end + 1 - begin < MAX_TOKENS and _in_name(tokens[begin - 1]):
                if begin <= end and not _GAP.fullmatch(text, tokens[begin - 1].end, tokens[begin].start):
                    break
                begin -= 1
            if begin <= end:
                yield begin, end + 1, 0.75, "name.before_cue"

    def _pairs(self, text: str, tokens: Sequence[_Token]) -> Iterator[tuple[int, int, float, str]]:
        for n in range(len(tokens) - 1):
            one, two = tokens[n], tokens[n + 1]
            if one.closed or not _GAP.fullmatch(text, one.end, two.start):
                continue
            if two.key in self._cues.links and n + 2 < len(tokens):
                two = tokens[n + 2]
            if _is_pair(one, two):
                end = self._extend(text, tokens, n)
                if end >= n + 2 and self._stands_alone(text, tokens, end):
                    yield n, end, 0.6, "name.pair"

    def _extend(self, text: str, tokens: Sequence[_Token], begin: int, *, sure: bool = False) -> int:
        """The index after the last word of the name that begins at `begin`."""
        end = begin + 1
        while end < len(tokens) and end - begin < MAX_TOKENS:
            token, before = tokens[end], tokens[end - 1]
            if before.closed or not _GAP.fullmatch(text, before.end, token.start):
                break
            if not self._continues(tokens, begin, end, sure):
                break
            end += 1
        while end - begin > 1 and tokens[end - 1].key in self._cues.links and not tokens[end - 1].listed:
            end -= 1
        return end

    def _continues(self, tokens: Sequence[_Token], begin: int, n: int, sure: bool) -> bool:
        token, follows = tokens[n], tokens[n + 1] if n + 1 < len(tokens) else None
        if token.key in self._cues.links and follows is not None and _in_name(follows):
            return follows.capital or not token.word
        if token.capital and tokens[begin].capital:
            return (token.listed or token.unexplained or len(token.key) == 1) and not token.denied
        return token.distinct or (
            token.unexplained and (sure or not self._lexicon.is_misspelt(token.key))
        )

    def _stands_alone(self, text: str, tokens: Sequence[_Token], end: int) -> bool:
        """Whether what follows does not turn the name into a street, a hospital or an Act."""
        if end >= len(tokens) or not _GAP.fullmatch(text, tokens[end - 1].end, tokens[end].start):
            return True
        return tokens[end].key not in self._cues.not_followed_by

    def _after_kin(self, token: _Token) -> bool:
        if token.distinct or (token.capital and token.listed):
            return True
        return token.unexplained and len(token.key) > 2 and not self._lexicon.is_misspelt(token.key)

    def _denied_phrases(self, tokens: Sequence[_Token]) -> list[tuple[int, int]]:
        spans = []
        for n, token in enumerate(tokens):
            for phrase in self._lexicon.phrases.get(token.whole_key, ()):
                run = tokens[n : n + len(phrase)]
                if len(run) == len(phrase) and all(t.whole_key == k for t, k in zip(run, phrase, strict=True)):
                    spans.append((run[0].start, run[-1].end))
        return spans


def _in_name(token: _Token) -> bool:
    return token.distinct or (token.unexplained and token.capital) or (token.listed and token.capital)


def _after_strong(token: _Token) -> bool:
    if token.denied and not token.listed:
        return False
    return token.listed or (token.unexplained and len(token.key) > 1) or (token.capital and not token.word)


def _after_weak(token: _Token) -> bool:
    return token.first and token.distinct


def _is_pair(one: _Token, two: _Token) -> bool:
    if one.denied or two.denied:
        return False
    if one.first and two.last:
        return (one.capital and two.capital) or one.distinct or (two.distinct and not one.word)
    if one.first and one.distinct:
        return two.unexplained or two.distinct
    if two.last and two.distinct and one.unexplained:
        return True
    return one.last and one.distinct and two.first and two.distinct
