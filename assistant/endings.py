"""One question's run: what has been shown so far, and how each ending is worded."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from assistant.cite import cited_pages
from assistant.events import Final, SentenceReady
from assistant.following import contact, next_questions
from assistant.interpreters import interpreters
from assistant.model import Answer, Listed, Outcome
from assistant.threshold import FAIR
from assistant.words import words
from guardrails import Action
from ingest import Freshness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.assembly import Assistant
    from assistant.compose import Composer
    from assistant.model import Choice, Question, RankedPage, Retrieved, Screened, Sentence
    from guardrails import Reply
    from ingest import Snapshot

LISTED = 5
"""Pages that an answer lists."""

NAMED = frozenset({Outcome.REFUSED_TOPIC, Outcome.REFUSED_OFF})
"""Endings without sentences that name whom to ask."""

_log = structlog.get_logger("assistant")


class Ended(Exception):
    """The question ends here, with this final event."""

    def __init__(self, final: Final) -> None:
        super().__init__(final.answer.outcome)
        self.final = final


class Run:
    """Collects what one question produces. Never logs the question."""

    def __init__(self, assistant: Assistant, question: Question) -> None:
        self.id = assistant.new_id()
        self.screened: Screened | None = None
        self.retrieved: Retrieved | None = None
        self.sentences: list[Sentence] = []
        self.dropped = 0
        self.rephrased = False
        self.topic_notice: Reply | None = None
        self.doubt: Reply | None = None
        self.composers: Sequence[Composer] = assistant.composers
        self.cache_key: str | None = None
        self.weakened = False
        self._clock = assistant.clock
        self._conversation_id = question.conversation_id
        self._policy = assistant.guards.policy
        self._language = question.language or "en"
        self._timings: dict[str, float] = {}
        self._began = self._clock()
        self._composer: Composer | None = None

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add the time spent inside to `step`, in milliseconds."""
        began = self._clock()
        try:
            yield
        finally:
            self._timings[step] = self._timings.get(step, 0.0) + (self._clock() - began) * 1000

    @property
    def text(self) -> str:
        """All that has been shown so far."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def language(self) -> str:
        """The language in which the service speaks to this reader."""
        return words((self.screened and self.screened.language) or self._language).language

    def composing(self, composer: Composer) -> None:
        """`composer` is at work now."""
        self._composer = composer

    def degraded(self, part: str, error: Exception) -> None:
        """A part gave up, and the answer does without it."""
        self.weakened = True
        _log.warning("part of an answer failed", answer=self.id, part=part, error=type(error).__name__)

    def doubts(self, retrieved: Retrieved) -> Reply | None:
        """What to say before an answer whose page may well be about something else."""
        if retrieved.probability < FAIR and not self.in_crisis:
            self.doubt = self._policy.reply("unsure", self.language)
        return self.doubt

    def has_quoted(self, sentence: Sentence) -> bool:
        """Whether the reader has been shown all that this sentence rests on."""
        quoted = {citation.id for each in self.sentences for citation in each.citations}
        return all(citation.id in quoted for citation in sentence.citations)

    def shown(self, sentence: Sentence) -> SentenceReady:
        """A sentence is on its way to the reader."""
        self.sentences.append(sentence)
        return SentenceReady(len(self.sentences) - 1, sentence)

    def listed(self) -> tuple[Listed, ...]:
        """The best pages, best first, marked where a sentence cites them."""
        cited = cited_pages(self.sentences)
        found = self.retrieved
        if found is None:
            return ()
        return tuple(
            listed(rank, ranked, found.snapshot, cited=ranked.page.id in cited)
            for rank, ranked in enumerate(found.pages[:LISTED], start=1)
        )

    def refused(self, outcome: Outcome) -> Final:
        """The guards said no: fixed words, and somewhere to go."""
        verdict = self.screened.verdict if self.screened else None
        if self.screened and self.screened.other and outcome is Outcome.LANGUAGE_NOT_SUPPORTED:
            message = words(self.language).outcome[outcome]
            return self._final(outcome, message, notices=interpreters(self.screened.other, self.language))
        category = verdict.category if verdict else "attack"
        reply = self._policy.reply(category, self.language)
        return self._final(outcome, reply.text, notices=(reply,))

    def asked_back(self, question: str, choices: tuple[Choice, ...]) -> Final:
        """The question could mean several pages: the reader chooses."""
        notices = tuple(each for each in (self._notice, self.topic_notice) if each)
        return self._final(Outcome.CLARIFICATION, question, notices=notices, choices=choices)

    def switched_off(self) -> Final:
        """An editor has turned the topic off: links, no sentence; in a crisis, help all the same."""
        if self.in_crisis:
            return self.finished()
        notices = (self.topic_notice,) if self.topic_notice else ()
        message = words(self.language).outcome[Outcome.REFUSED_TOPIC]
        return self._final(Outcome.REFUSED_TOPIC, message, notices=notices)

    def paused(self) -> Final:
        """Answering is off altogether: links, no sentence; in a crisis, help all the same."""
        if self.in_crisis:
            return self.finished()
        return self._final(Outcome.REFUSED_OFF, words(self.language).outcome[Outcome.REFUSED_OFF])

    def repeated(self, known: Answer) -> Final:
        """The answer that was given before, as one of its own."""
        screened = self.screened
        self._timings["total"] = (self._clock() - self._began) * 1000
        return Final(
            replace(
                known,
                id=self.id,
                question=screened.text if screened else "",
                conversation_id=self._conversation_id,
                timings=self._rounded(),
                cached=True,
            )
        )

    def failed(self, outcome: Outcome, error: Exception) -> Final:
        """Something broke; what was shown stays, and in a crisis help does, whatever else is missing."""
        _log.error("answer failed", answer=self.id, outcome=outcome, error=type(error).__name__)
        self.weakened = True
        if self.in_crisis:
            return self.finished()
        return self._final(outcome, words(self.language).outcome[outcome])

    def finished(self) -> Final:
        """All that could be shown has been."""
        doubt = self.doubt if self.sentences else None
        notices = tuple(each for each in (self._notice, self.topic_notice, doubt) if each)
        if self.in_crisis:
            outcome = Outcome.CRISIS
        elif self.sentences:
            outcome = Outcome.ANSWERED
        else:
            outcome = Outcome.ERROR_CHECK if self.dropped else Outcome.NOT_FOUND
        return self._final(outcome, words(self.language).outcome[outcome], notices=notices)

    @property
    def in_crisis(self) -> bool:
        """Whether help comes first, whatever else is shown."""
        return self.screened is not None and self.screened.verdict.action is Action.CRISIS

    @property
    def _notice(self) -> Reply | None:
        """What the guards say beside an answer."""
        return self.screened.verdict.notice if self.screened else None

    def _rounded(self) -> dict[str, float]:
        return {step: round(spent, 3) for step, spent in self._timings.items()}

    def _final(
        self,
        outcome: Outcome,
        message: str,
        *,
        notices: tuple[Reply, ...] = (),
        choices: tuple[Choice, ...] = (),
    ) -> Final:
        retrieved, screened = self.retrieved, self.screened
        self._timings["total"] = (self._clock() - self._began) * 1000
        return Final(
            Answer(
                id=self.id,
                outcome=outcome,
                language=self.language,
                message=message,
                sentences=tuple(self.sentences),
                sources=self.listed(),
                notices=notices,
                choices=choices,
                next_questions=next_questions(retrieved, self.sentences),
                contact=contact(retrieved, self.sentences, named=outcome in NAMED),
                redacted=tuple(sorted({finding.type for finding in screened.findings})) if screened else (),
                question=screened.text if screened else "",
                conversation_id=self._conversation_id,
                rule=screened.verdict.rule if screened else "",
                composer=self._composer.name if self._composer and self.sentences else "",
                dropped=self.dropped,
                confidence=round(retrieved.probability, 4) if retrieved else None,
                index_version=retrieved.snapshot.version if retrieved else None,
                prompt_digest=self._composer.prompt_digest if self._composer and self.sentences else None,
                timings=self._rounded(),
            )
        )


def listed(rank: int, ranked: RankedPage, snapshot: Snapshot, *, cited: bool) -> Listed:
    """A ranked page as answers list it."""
    page = ranked.page.page
    return Listed(
        rank=rank,
        page_id=ranked.page.id,
        title=page.title,
        url=page.url,
        language=page.language,
        agency=page.agency,
        topic=page.topic,
        last_updated=page.last_updated,
        origin=page.origin,
        reviewed=page.reviewed,
        score=round(ranked.score, 6),
        cited=cited,
        confirmed_at=snapshot.confirmed_at(ranked.page),
        stale=snapshot.freshness(ranked.page) is Freshness.STALE,
    )
