"""Names of people without a model: cues, lists of first and last names, and a list of what is no name.

Most citizens type without capitals, so that every rule works in lower case as well; there an ordinary
English or Māori word is a name only after a cue that leaves no doubt. What to expect:
`evals/suites/guardrails`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.findings import Finding
from guardrails.lexicon import Lexicon
from guardrails.name_words import Word
from guardrails.toml_files import Section

MAX_LENGTH = 44
MAX_WORDS = 4

_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
_GAP = re.compile(r"\.? {1,2}")
_JOIN = re.compile(r"(?:,| and| &| me| r[aā]ua ko| r[aā]tou ko)\s", re.IGNORECASE)
Span = tuple[int, int, float, str]


@dataclass(frozen=True, slots=True)
class NameCues:
    """Patterns around names; see the head of `policy/names.toml`."""

    strong: re.Pattern[str]
    kin: re.Pattern[str]
    intro: re.Pattern[str]
    weak: re.Pattern[str]
    after: re.Pattern[str]
    links: frozenset[str]
    not_followed_by: frozenset[str]
    verbs: frozenset[str]


def read_cues(root: Section) -> NameCues:
    """The `[cues]` table of the policy."""
    cues = root.section("cues")

    def either(key: str) -> re.Pattern[str]:
        cues.patterns(key)
        return re.compile("|".join(f"(?:{source})" for source in cues.texts(key)), re.IGNORECASE)

    return NameCues(
        either("strong"),
        either("kin"),
        either("intro"),
        either("weak"),
        either("after"),
        frozenset(cues.texts("links")),
        frozenset(cues.texts("not_followed_by")),
        frozenset(cues.texts("verbs")),
    )


class NameFinder:
    """Finds PERSON spans, at most four words and 44 code points each."""

    def __init__(self, cues: NameCues, lexicon: Lexicon) -> None:
        self._cues = cues
        self._lexicon = lexicon

    def __call__(self, text: str) -> Iterator[Finding]:
        """The longest spans first, none overlapping another."""
        found = _Reading(text, self._cues, self._lexicon)
        spans = [*found.cued(), *found.before_cues(), *found.pairs()]
        taken = found.denied_phrases() if spans else []
        for first, last, score, rule in sorted(spans, key=lambda span: (span[0] - span[1], -span[2])):
            start = found.words[first].start
            end = min(found.words[last - 1].end, start + MAX_LENGTH)
            if not any(a < end and start < b for a, b in taken):
                taken.append((start, end))
                yield Finding("PERSON", start, end, score, rule)


class _Reading:
    """One text, cut into words, and the spans of words that look like a name."""

    def __init__(self, text: str, cues: NameCues, lexicon: Lexicon) -> None:
        self._text, self._cues, self._lexicon = text, cues, lexicon
        shouted = text.isupper()
        self.words = [Word(match, lexicon, shouted) for match in _TOKEN.finditer(text)]
        self._starts = {word.start: n for n, word in enumerate(self.words)}

    def cued(self) -> Iterator[Span]:
        """Names that follow a cue, and further ones joined to them."""
        for pattern, score, rule in (
            (self._cues.strong, 0.85, "name.cue"),
            (self._cues.kin, 0.7, "name.kin"),
            (self._cues.intro, 0.6, "name.introduction"),
            (self._cues.weak, 0.5, "name.weak_cue"),
        ):
            for match in pattern.finditer(self._text):
                begin, cue = self._starts.get(match.end()), rule
                while begin is not None and self._begins(begin, cue):
                    end = self._extend(begin, sure=cue == "name.cue")
                    if cue != "name.weak_cue" or self._stands_alone(end):
                        yield begin, end, score, rule
                    join = _JOIN.match(self._text, self.words[end - 1].end)
                    begin, cue = self._starts.get(join.end()) if join else None, "name.weak_cue"

    def before_cues(self) -> Iterator[Span]:
        """Names that stand before a cue: "ko Aroha Ngata tōku ingoa"."""
        ends = {word.end: n for n, word in enumerate(self.words)}
        for match in self._cues.after.finditer(self._text):
            end = ends.get(match.start())
            if end is None or not self._may_close(self.words[end]):
                continue
            begin = end
            while begin > 0 and end + 1 - begin < MAX_WORDS and self._adjoins(begin - 1):
                if not self._may_close(self.words[begin - 1]):
                    break
                begin -= 1
            yield begin, end + 1, 0.75, "name.before_cue"

    def pairs(self) -> Iterator[Span]:
        """A first and a last name side by side, without a cue."""
        for n in range(len(self.words) - 1):
            if not self._adjoins(n):
                continue
            two = n + 1
            if self.words[two].key in self._cues.links and two + 1 < len(self.words) and self._adjoins(two):
                two += 1
            if self._is_pair(self.words[n], self.words[two]):
                end = self._extend(n)
                if end > two and self._stands_alone(end):
                    yield self._extend_left(n), end, 0.6, "name.pair"

    def denied_phrases(self) -> list[tuple[int, int]]:
        """Where the text has a place, an agency or a benefit of several words."""
        spans = []
        for n, word in enumerate(self.words):
            for phrase in self._lexicon.phrases.get(word.whole_key, ()):
                run = self.words[n : n + len(phrase)]
                if len(run) == len(phrase) and all(
                    w.whole_key == k for w, k in zip(run, phrase, strict=True)
                ):
                    spans.append((run[0].start, run[-1].end))
        return spans

    def _adjoins(self, n: int) -> bool:
        """Whether the next word belongs to the same run of words as word `n`."""
        one, two = self.words[n], self.words[n + 1]
        return not one.closed and bool(_GAP.fullmatch(self._text, one.end, two.start))

    def _begins(self, n: int, rule: str) -> bool:
        word = self.words[n]
        follows = self.words[n + 1] if n + 1 < len(self.words) and self._adjoins(n) else None
        if rule == "name.cue":
            accepted = (word.listed or word.unexplained or (word.capital and not word.english)) and not (
                word.denied and not word.listed
            )
        elif rule == "name.weak_cue":
            accepted = (word.first and word.distinct) or (
                follows is not None and self._is_pair(word, follows, cued=True)
            )
        else:
            accepted = self._after_person(word, rule) or (
                follows is not None and self._is_pair(word, follows, cued=True)
            )
        linked = word.capital and word.key in self._cues.links and follows is not None and follows.capital
        return accepted or (linked and rule != "name.weak_cue" and not word.denied)

    def _after_person(self, word: Word, rule: str) -> bool:
        """After "my husband" or "I am": on a list, or neither to be explained otherwise nor misspelt."""
        if word.denied:
            return False
        if word.first and (not word.english or (word.capital and rule == "name.kin")):
            return True
        if word.last and word.distinct:
            return True
        plain = word.unexplained and len(word.key) > 2 and not self._lexicon.is_misspelt(word.key)
        return plain and (word.capital or not word.rare)

    def _extend(self, begin: int, *, sure: bool = False) -> int:
        """The index after the last word of the name that begins at `begin`."""
        end = begin + 1
        while end < len(self.words) and end - begin < MAX_WORDS and self._adjoins(end - 1):
            if not self._continues(begin, end, sure):
                break
            end += 1
        while (
            end - begin > 1 and self.words[end - 1].key in self._cues.links and not self.words[end - 1].listed
        ):
            end -= 1
        return end

    def _extend_left(self, begin: int) -> int:
        while begin > 0 and self._adjoins(begin - 1) and self.words[begin - 1].first:
            if self.words[begin - 1].english or self.words[begin - 1].key in self._cues.links:
                break
            begin -= 1
        return begin

    def _continues(self, begin: int, n: int, sure: bool) -> bool:
        start, word = self.words[begin], self.words[n]
        if word.key in self._cues.links:
            follows = self.words[n + 1] if n + 1 < len(self.words) and self._adjoins(n) else None
            return follows is not None and (
                follows.capital or ((sure or start.distinct) and not follows.english)
            )
        if word.key in self._cues.not_followed_by or word.key in self._cues.verbs:
            return False
        if self.words[n - 1].key in self._cues.links and n - 1 > begin:
            return True
        if word.capital and start.capital:
            return word.listed or word.unexplained or len(word.key) == 1
        if word.last or word.distinct:
            return True
        return word.unexplained and not word.rare and (sure or not self._lexicon.is_misspelt(word.key))

    def _stands_alone(self, end: int) -> bool:
        """Whether what follows does not turn the name into a street, a hospital or an Act."""
        if end >= len(self.words) or not self._adjoins(end - 1):
            return True
        return self.words[end].key not in self._cues.not_followed_by

    def _may_close(self, word: Word) -> bool:
        if word.key in self._cues.verbs:
            return False
        return word.distinct or (word.first and not word.english) or (word.unexplained and len(word.key) > 2)

    def _is_pair(self, one: Word, two: Word, *, cued: bool = False) -> bool:
        if two.key in self._cues.not_followed_by or one.key in self._cues.links:
            return False
        if one.first and two.last and not (one.denied and two.denied):
            both_capital = one.capital and two.capital
            return (
                both_capital or one.distinct or (two.distinct and (cued or one.key not in self._cues.verbs))
            )
        if one.denied or two.denied:
            return False
        plain = two.unexplained and not two.rare and not self._lexicon.is_misspelt(two.key)
        if one.first and one.distinct:
            return two.distinct or plain or (two.capital and one.capital and two.unexplained)
        if one.first and plain and (cued or one.key not in self._cues.verbs):
            return one.capital == two.capital and not one.maori
        if two.last and two.distinct and one.unexplained:
            return one.capital == two.capital
        if one.capital and two.capital and one.unexplained and two.unexplained:
            return cued or (one.start > 0 and not one.maori_like and not two.maori_like)
        return one.last and one.distinct and two.first and two.distinct
