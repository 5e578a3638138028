"""An answer as Markdown, piece by piece, for software that shows text only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant import SentenceKind, words
from web.pages.links import safe_href

if TYPE_CHECKING:
    from assistant import Answer, Listed, Sentence
    from guardrails import Reply


class MarkdownAnswer:
    """Writes sentences one after another; each piece added to those before it is the answer so far.

    `[1]` behind a sentence is the number of its citation; the sources at the end have the same numbers.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._before: Sentence | None = None
        self._begun = False

    def notice(self, reply: Reply) -> str:
        """Fixed words with whom to call."""
        lines = [reply.text, *(f"- {each.name}: {each.number or each.url}" for each in reply.contacts)]
        return self._block("\n".join(lines))

    def sentence(self, sentence: Sentence) -> str:
        """The next sentence, item, step or row, with its heading where that is new."""
        before, self._before = self._before, sentence
        heading = ""
        if sentence.heading and (before is None or before.heading != sentence.heading):
            heading = self._block(f"**{sentence.heading}**")
            before = None
        together = (
            before is not None
            and before.kind is sentence.kind
            and before.columns == sentence.columns
            and sentence.kind is not SentenceKind.SENTENCE
        )
        if together:
            return "\n" + self._line(sentence)
        return heading + self._block(self._head(sentence) + self._line(sentence))

    def closing(self, answer: Answer) -> str:
        """What stands in place of sentences or after them: message, choices, contacts and sources."""
        own = words(answer.language)
        parts: list[str] = []
        if not answer.sentences:
            parts.append(self._block(answer.message))
        if answer.choices:
            parts.append(self._block("\n".join(f"- {each.label}" for each in answer.choices)))
        if answer.contact:
            said = "\n".join(f"- {each.text}{self._marks(each)}" for each in answer.contact)
            parts.append(self._block(f"**{own.interface['person_heading']}**\n\n{said}"))
        sources = self._sources(answer)
        if sources:
            parts.append(self._block(f"**{own.interface['sources']}**\n\n{sources}"))
        if answer.redacted:
            parts.append(self._block(own.note["redacted"]))
        return "".join(parts)

    def _sources(self, answer: Answer) -> str:
        """A line a page, with the numbers of all that is quoted from it."""
        listed = {each.page_id: each for each in answer.sources}
        lines: dict[str, tuple[list[int], str]] = {}
        for citation in [each for said in (*answer.sentences, *answer.contact) for each in said.citations]:
            number = self._numbers.pop(citation.id, None)
            if number is None:
                continue
            told = _told_of(listed.get(citation.page_id), answer.language)
            href = safe_href(citation.url)
            line = f"[{citation.title}]({href}){told}" if href else f"{citation.title}{told}"
            lines.setdefault(citation.page_id, ([], line))[0].append(number)
        marked = [(sorted(numbers), line) for numbers, line in lines.values()]
        return "\n".join(
            f"- {' '.join(f'[{number}]' for number in numbers)} {line}" for numbers, line in sorted(marked)
        )

    def _head(self, sentence: Sentence) -> str:
        if not sentence.columns:
            return ""
        return f"| {' | '.join(sentence.columns)} |\n|{'---|' * len(sentence.columns)}\n"

    def _line(self, sentence: Sentence) -> str:
        tail = self._marks(sentence)
        if not sentence.checked:
            tail += f" ({words(sentence.language).interface['unchecked']})"
        if sentence.columns:
            *cells, last = sentence.cells
            return "| " + " | ".join((*cells, last + tail)) + " |"
        mark = {
            SentenceKind.STEP: f"{sentence.number or 1}. ",
            SentenceKind.ITEM: "- ",
            SentenceKind.ROW: "- ",
        }
        return mark.get(sentence.kind, "") + sentence.text + tail

    def _marks(self, sentence: Sentence) -> str:
        numbers = [self._numbers.setdefault(each.id, len(self._numbers) + 1) for each in sentence.citations]
        return "".join(f" [{number}]" for number in numbers)

    def _block(self, text: str) -> str:
        begun, self._begun = self._begun, True
        return f"\n\n{text}" if begun else text


def _told_of(page: Listed | None, language: str) -> str:
    """Behind a page's title: its agency, and what a reader should know before they trust it."""
    if page is None:
        return ""
    own = words(language)
    told = f", {page.agency}" if page.agency else ""
    if page.origin == "starter":
        told += f". {own.note['starter'].rstrip('.')}"
    if not page.reviewed:
        told += f". {own.interface['not_reviewed']}"
    if page.stale and page.confirmed_at:
        told += f". {own.interface['stale'].format(date=page.confirmed_at.date().isoformat())}"
    return f"{told}."


def as_markdown(answer: Answer) -> str:
    """A whole answer as Markdown."""
    writer = MarkdownAnswer()
    shown = [
        writer.notice(each) for each in answer.notices if each.text != answer.message or answer.sentences
    ]
    shown += [writer.sentence(each) for each in answer.sentences]
    return "".join((*shown, writer.closing(answer)))
