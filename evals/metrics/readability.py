"""How long and how hard answers are. English only: the formulas say nothing about te reo Māori."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.metrics.base import Better, PerTrial, Score

if TYPE_CHECKING:
    from evals.trial import Trial

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_END = re.compile(r"(?<=[.!?])\s+")
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True)
class Words(PerTrial):
    """Words in an answer."""

    name: str = "words"
    check: bool = False
    better: Better = Better.NEITHER

    def score(self, trial: Trial) -> Score | None:
        """None for what was declined."""
        count = sum(len(sentence.text.split()) for sentence in trial.answer.sentences)
        return Score(float(count), f"{count} words") if trial.answered else None


@dataclass(frozen=True)
class SentenceLength(PerTrial):
    """Mean words in a sentence."""

    name: str = "sentence length"
    check: bool = False
    better: Better = Better.LOWER

    def score(self, trial: Trial) -> Score | None:
        """None for an answer without English sentences."""
        sentences = _sentences(trial)
        if not sentences:
            return None
        lengths = [len(words) for words in sentences]
        mean = sum(lengths) / len(lengths)
        return Score(mean, f"{len(lengths)} sentences, the longest {max(lengths)} words")


@dataclass(frozen=True)
class ReadingAge(PerTrial):
    """Years of age: the Flesch-Kincaid grade (Kincaid et al., 1975) plus 5, with syllables estimated."""

    name: str = "reading age"
    check: bool = False
    better: Better = Better.LOWER

    def score(self, trial: Trial) -> Score | None:
        """None for an answer without English sentences."""
        sentences = _sentences(trial)
        words = [word for sentence in sentences for word in sentence]
        if not words:
            return None
        per_sentence = len(words) / len(sentences)
        per_word = sum(map(syllables, words)) / len(words)
        grade = 0.39 * per_sentence + 11.8 * per_word - 15.59
        age = max(5.0, grade + 5)
        return Score(age, f"{per_sentence:.1f} words a sentence, {per_word:.2f} syllables a word")


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end; at least one. Right for about nine words in ten."""
    folded = word.casefold()
    count = len(_VOWELS.findall(folded))
    silent = folded.endswith("e") and not folded.endswith(("le", "ee"))
    return max(1, count - int(silent and count > 1))


def _sentences(trial: Trial) -> list[list[str]]:
    """Words of each English sentence; an item of a list is one."""
    texts = [
        piece
        for sentence in trial.answer.sentences
        if sentence.language == "en" and not sentence.cells
        for piece in _END.split(sentence.text)
    ]
    found = [_WORD.findall(text) for text in texts]
    return [words for words in found if words]
