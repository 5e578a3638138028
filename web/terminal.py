"""An answer for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from assistant import Outcome, SentenceKind, words

if TYPE_CHECKING:
    from rich.console import Console

    from assistant import Answer, Sentence


def show_answer(answer: Answer, console: Console) -> None:
    """The answer first, then where it comes from."""
    own = words(answer.language)
    if not answer.sentences and (not answer.notices or answer.outcome is Outcome.LANGUAGE_NOT_SUPPORTED):
        console.print(escape(answer.message), soft_wrap=True)
    for notice in answer.notices:
        console.print(f"[bold]{escape(notice.text)}[/]", soft_wrap=True)
        for contact in notice.contacts:
            console.print(
                f"  {escape(contact.name)}: {escape(contact.number or contact.url)}", soft_wrap=True
            )
    heading = None
    for sentence in answer.sentences:
        if sentence.heading != heading:
            heading = sentence.heading
            console.print(f"\n[bold]{escape(heading)}[/]" if heading else "")
        console.print(escape(_line(sentence, own.note["unchecked"])), soft_wrap=True)
    if answer.redacted:
        console.print(f"\n[dim]{escape(own.note['redacted'])}[/]", soft_wrap=True)
    if answer.sources:
        console.print()
    for source in answer.sources:
        mark = "*" if source.cited else " "
        updated = f"{source.last_updated:%-d %B %Y}" if source.last_updated else ""
        known = ", ".join(each for each in (source.agency or "", updated) if each)
        console.print(
            f"[dim]{mark}[{source.rank}] {escape(source.title)}{escape(f' ({known})' if known else '')}[/]",
            soft_wrap=True,
        )
        console.print(f"[dim]     {escape(source.url)}[/]", soft_wrap=True)
    shown = [source for source in answer.sources if source.cited] or answer.sources
    if any(source.origin == "starter" for source in shown):
        console.print(f"\n[dim]{escape(own.note['starter'])}[/]", soft_wrap=True)


def _line(sentence: Sentence, unchecked: str) -> str:
    mark = {SentenceKind.ITEM: "- ", SentenceKind.STEP: f"{sentence.number}. ", SentenceKind.ROW: "- "}
    text = sentence.text
    if sentence.cells:
        text = ", ".join(
            f"{name}: {cell}" for name, cell in zip(sentence.columns, sentence.cells, strict=False)
        )
    return mark.get(sentence.kind, "") + text + ("" if sentence.checked else f" ({unchecked})")
