"""Te reo Māori against English: each question of suite `tereo` beside the same question in English.

Three figures say whether te reo Māori is treated as an equal: how far apart the two languages are, whether
spelling (macrons, none, doubled vowels, umlauts, combining marks) changes what is found, and whether quotes
keep every macron.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from assistant import Answer, Question, redact_and_screen, retrieve, understand
from evals.asking import ask
from evals.errors import SuiteError
from evals.intervals import Figure, figure
from evals.scoring import score_all
from evals.suite import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant import Assistant
    from evals.scoring import Sheet
    from evals.suite import Case

SUITE, TWINS = "tereo", "tereo-english"
WITHIN = 0.05
"""How much worse than English te reo Māori may be, in the share of cases passed."""

DEPTH = 5
_PLAIN = str.maketrans("āēīōūĀĒĪŌŪ", "aeiouAEIOU")
_DOUBLED = {ord(long): pair for long, pair in zip("āēīōū", ("aa", "ee", "ii", "oo", "uu"), strict=True)}
_DOUBLED |= {ord(long): pair for long, pair in zip("ĀĒĪŌŪ", ("Aa", "Ee", "Ii", "Oo", "Uu"), strict=True)}
_UMLAUTS = str.maketrans("āēīōūĀĒĪŌŪ", "äëïöüÄËÏÖÜ")
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as asked": str,
    "without macrons": lambda text: text.translate(_PLAIN),
    "doubled vowels": lambda text: text.translate(_DOUBLED),
    "umlauts": lambda text: text.translate(_UMLAUTS),
    "combining macrons": lambda text: unicodedata.normalize("NFD", text),
}
"""How one question may be typed."""

_ANSWER = TypeAdapter(Answer)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sheets, the paired difference, recall by spelling, and the share of macrons kept."""

    te_reo: Sheet
    english: Sheet
    difference: Figure
    """Passed in te reo Māori minus passed in English, question by question: below 0 where it is worse."""
    recall: Mapping[str, Figure]
    """Share of macron-spelt questions whose page is among the first five, by spelling."""
    macrons_kept: Figure
    """Share of quotes with macrons that still have all of them, after JSON and back."""

    @property
    def passed(self) -> bool:
        """Whether te reo Māori is within five points, spelling changes nothing and no macron is lost."""
        same = len({value.mean for value in self.recall.values()}) == 1
        return self.difference.mean >= -WITHIN and same and self.macrons_kept.mean == 1.0


async def compare_te_reo(assistant: Assistant) -> Comparison:
    """Run both suites on the live version; raises `EmptyIndex`, and `SuiteError` where a case has no twin."""
    await assistant.index.live()
    suite, twins = load(SUITE), load(TWINS)
    groups = {case.group for case in twins.cases}
    if alone := [case.id for case in suite.cases if case.group not in groups]:
        raise SuiteError(f"{SUITE}: no case of {TWINS} has the group of {', '.join(alone)}")
    te_reo = score_all([await ask(case, assistant) for case in suite.cases])
    english = score_all([await ask(case, assistant) for case in twins.cases])
    passed = dict(zip((trial.case.group for trial in english.trials), english.passed, strict=True))
    apart = [
        float(ours) - float(passed[trial.case.group])
        for trial, ours in zip(te_reo.trials, te_reo.passed, strict=True)
    ]
    long = [case for case in suite.cases if case.question.translate(_PLAIN) != case.question]
    recall = {name: await _recall(long, spell, assistant) for name, spell in SPELLINGS.items()}
    kept = [share for trial in te_reo.trials for share in macrons_kept(trial.answer)]
    return Comparison(te_reo, english, _mean(apart), recall, _mean(kept))


def macrons_kept(answer: Answer) -> list[bool]:
    """For each quote with long vowels: whether they are all there after the answer went through JSON."""
    again = _ANSWER.validate_python(json.loads(json.dumps(_ANSWER.dump_python(answer, mode="json"))))
    pairs = [
        (before, after)
        for old, new in zip(answer.sentences, again.sentences, strict=True)
        for before, after in zip(old.citations, new.citations, strict=True)
    ]
    return [before.quote == after.quote for before, after in pairs if _has_macron(before.quote)]


async def _recall(cases: Sequence[Case], spell: Callable[[str], str], assistant: Assistant) -> Figure:
    """Share of `cases` with an expected page among the first five, each question spelt by `spell`."""
    snapshot = await assistant.index.live()
    found = []
    for case in cases:
        screened = redact_and_screen(Question(spell(case.question)), guards=assistant.guards)
        ranked = retrieve(
            understand(screened),
            snapshot,
            assistant.index.embedder,
            k=DEPTH,
            threshold=assistant.threshold_on(snapshot),
        )
        slugs = {each.page.page.slug for each in ranked.pages}
        found.append(bool(slugs & set(case.pages)))
    return _mean(found)


def _has_macron(text: str) -> bool:
    return text.translate(_PLAIN) != text or "\u0304" in text


def _mean(values: Sequence[float]) -> Figure:
    return figure(values) or Figure(0.0, 0.0, 0.0, 0)
