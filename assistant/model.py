"""The values that a question passes through on its way to an answer.

    Question → Screened → Understood → Retrieved → Draft → Verified → Answer

Each step takes one of these and returns the next, so that no step can be given what an earlier one has
not seen. All are frozen. Offsets are code points into the stored page's text, end exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from guardrails import Reply
from ingest import words

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    import numpy as np
    from numpy.typing import NDArray

    from assistant.crossing import Crossing
    from assistant.other_languages import OtherLanguage
    from assistant.threshold import Evidence
    from guardrails import Finding, Verdict
    from ingest import Passage, Snapshot, StoredPage


STANDS_ALONE = 0.4
"""Weight of earlier turns for a question that could stand without them."""

REFERRING = 1.0
"""Their weight for one that says nothing of its subject ("how much does it cost?")."""


class Outcome(StrEnum):
    """Every way in which a question can end."""

    ANSWERED = "answered"
    CLARIFICATION = "clarification"
    """The question could be about several services: the reader is asked which one."""
    NOT_FOUND = "not_found"
    GREETED = "greeted"
    REFUSED_ATTACK = "refused_attack"
    REFUSED_ABUSE = "refused_abuse"
    REFUSED_SCOPE = "refused_scope"
    LANGUAGE_NOT_SUPPORTED = "language_not_supported"
    """The question is neither in English nor in te reo Māori: nothing was searched."""
    REFUSED_TOPIC = "refused_topic"
    """An editor has turned the topic off."""
    REFUSED_OFF = "refused_off"
    """Answering is turned off altogether."""
    CRISIS = "crisis"
    ERROR_CHECK = "error_check"
    """A check could not be made; nothing unchecked was shown."""
    ERROR_INDEX = "error_index"
    """There was nothing to search, or it could not be reached."""
    ERROR_INTERNAL = "error_internal"


class QuestionKind(StrEnum):
    """What sort of thing answers the question."""

    FEE = "fee"
    STEPS = "steps"
    DOCUMENTS = "documents"
    ELIGIBILITY = "eligibility"
    TIME = "time"
    CONTACT = "contact"
    DEFINITION = "definition"
    PLACE = "place"
    OTHER = "other"


class SentenceKind(StrEnum):
    """How a sentence is shown."""

    SENTENCE = "sentence"
    ITEM = "item"
    STEP = "step"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, redacted, and the pages that answered it."""

    question: str
    page_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as it came in: the only value that may hold personal information."""

    text: str
    history: tuple[Turn, ...] = ()
    language: str | None = None
    """The language that the reader chose; None leaves it to the question."""
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Screened:
    """A question without personal information, and what the guards made of it."""

    text: str
    history: tuple[Turn, ...]
    language: str | None
    findings: tuple[Finding, ...]
    verdict: Verdict
    vector: NDArray[np.float32] | None = field(default=None, compare=False)
    """Of the text without placeholders, as the guards read it."""
    written: str = field(default="", compare=False)
    """The language of the question itself, where it has been told already."""
    other: OtherLanguage | None = None
    """The language of a question that is neither in English nor in te reo Māori."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question ready to be searched."""

    text: str
    language: str
    kinds: tuple[QuestionKind, ...]
    terms: tuple[str, ...]
    """Search keys of the question itself."""
    context: str
    """What earlier turns add, empty for a question that stands alone."""
    context_weight: float
    screened: Screened
    written: str = "en"
    """The language of the question itself: "en", "mi" or "mixed"."""
    continues: bool = False
    """Whether it speaks of the very thing that the last question was about ("how long does it take")."""
    crossing: Crossing | None = None
    """What the glossary makes of it in the other language."""

    @property
    def asked(self) -> str:
        """The question for patterns: te reo Māori folded, so that spellings of long vowels do not matter."""
        return self.text if self.written == "en" else " ".join(words(self.text))

    def keys_on(self, language: str) -> tuple[str, ...]:
        """The search keys that a page in `language` can have."""
        if self.crossing is None:
            return self.terms
        return {"en": self.crossing.english, "mi": self.crossing.te_reo}.get(language, self.terms)

    def asked_of(self, language: str, present: AbstractSet[str]) -> tuple[str, ...]:
        """The keys that a page in `language` should have: of a term's meanings, the one that it has."""
        if self.crossing is None or language != "en" or self.written == "en":
            return self.keys_on(language)
        return self.crossing.asked_of(present)

    @property
    def refers_back(self) -> bool:
        """Whether the question leans on earlier turns for its subject."""
        return self.context_weight > STANDS_ALONE

    @property
    def names_nothing(self) -> bool:
        """Whether its subject is in earlier turns alone."""
        return self.context_weight >= REFERRING


@dataclass(frozen=True, slots=True)
class RankedPage:
    """A page found, with what spoke for it."""

    page: StoredPage
    score: float
    dense: float
    lexical: float
    passages: tuple[tuple[Passage, float], ...]
    """The page's passages, best first, with their scores."""


@dataclass(frozen=True)
class Retrieved:
    """What was found for a question in one version of the index."""

    understood: Understood
    snapshot: Snapshot
    pages: tuple[RankedPage, ...]
    probability: float
    """How likely the best page is to answer, 0 to 1."""
    relevant: bool
    query: NDArray[np.float32]
    """The question's vector, by which sentences are chosen."""
    as_asked: NDArray[np.float32] | None = None
    """The vector of the question without what the glossary adds, where that differs."""
    evidence: Evidence | None = None
    """What `probability` was worked out from; None where no page was found."""
    likely: NDArray[np.float32] | None = None
    """For each unit of the best page, the probability that it is the one that answers; None where the version
    holds no vectors of units."""
    by_passage: NDArray[np.float32] | None = None
    """What speaks for each unit of the best page, its passages' vectors in the place of its own."""
    contact_only: bool = False
    """Whether no more is asked than how to reach the agency of the best page."""
    elsewhere: bool = False
    """Whether it is asked how to reach somebody of whom the best page seems to know nothing."""

    def query_on(self, language: str) -> NDArray[np.float32]:
        """The vector to compare with what a page in `language` says."""
        return self.as_asked if language != "en" and self.as_asked is not None else self.query


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence comes from: `quote == page.text[start:end]` of that version of the page."""

    id: str
    page_id: str
    page_version: str
    url: str
    title: str
    heading_path: tuple[str, ...]
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with everything that it rests on."""

    text: str
    kind: SentenceKind
    citations: tuple[Citation, ...]
    heading: str | None = None
    """The heading that it stands under on its page."""
    language: str = "en"
    number: int | None = None
    """The number of a step."""
    columns: tuple[str, ...] = ()
    """Column names of a table row, whose cells are in `cells`."""
    cells: tuple[str, ...] = ()
    checked: bool = True
    """False where the statement was not found in an official source."""
    as_at: date | None = None
    """The date for which the source gives a figure."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page as answers list it."""

    rank: int
    page_id: str
    title: str
    url: str
    language: str
    agency: str | None
    topic: str | None
    last_updated: date | None
    origin: str
    reviewed: bool
    score: float
    cited: bool
    confirmed_at: datetime | None = None
    """When the page's source last vouched for its text."""
    stale: bool = False
    """Whether that is so long ago that the policy wants it said."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A question that one press asks, in the index's own words: a page's title or one of its headings."""

    label: str
    question: str
    """What is asked when it is chosen."""
    page_id: str
    title: str
    """The page that answers it."""
    language: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question ended in: the one `final` value of every stream."""

    id: str
    outcome: Outcome
    language: str
    message: str
    """Words of the service's own around or instead of sentences; never a fact about a service."""
    sentences: tuple[Sentence, ...] = ()
    sources: tuple[Listed, ...] = ()
    notices: tuple[Reply, ...] = ()
    """Fixed words with contacts: help in a crisis, a note on advice."""
    choices: tuple[Choice, ...] = ()
    """What a clarifying question offers to choose from."""
    next_questions: tuple[Choice, ...] = ()
    """What else the cited pages answer."""
    contact: tuple[Sentence, ...] = ()
    """What the cited page says of whom to contact, word for word."""
    redacted: tuple[str, ...] = ()
    """Kinds of personal information that were removed from the question."""
    question: str = ""
    """The question after redaction."""
    conversation_id: str | None = None
    rule: str = ""
    """The rule that took the decision, where one did."""
    composer: str = ""
    dropped: int = 0
    """Sentences that could not be verified and were not shown."""
    confidence: float | None = None
    index_version: int | None = None
    prompt_digest: str | None = None
    timings: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds by step."""
    cached: bool = False
    """Whether it was given before, to the same question under the same conditions."""
