"""Every string of te reo Māori that the service says itself, with its source and who has reviewed it."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from assistant.errors import WordsError
from assistant.glossary import glossary
from assistant.prose import FILE, all_prose
from assistant.words import only_reviewed, words
from ingest import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guardrails import Policy
    from ingest import Page

OWN = "written for this project"
NO_SOURCE = "no source: common knowledge that nobody has checked, used to search only"


@dataclass(frozen=True, slots=True)
class Review:
    """A fluent speaker's word for one text."""

    text: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class TeReoString:
    """One string, what it says in English, where it comes from, and its review."""

    id: str
    text: str
    english: str
    source: str
    reviewed_by: str = ""
    reviewed_on: date | None = None

    @property
    def reviewed(self) -> bool:
        """Whether a fluent speaker has read it as it stands."""
        return bool(self.reviewed_by)

    @property
    def group(self) -> str:
        """What it belongs to: "words", "prose", "reply", "page", or "glossary" with the kind of its term."""
        first, second, *_ = self.id.split(".")
        return f"{first} {second}" if first == "glossary" else first


@dataclass(frozen=True, slots=True)
class Said:
    """A text and the language that it is in."""

    text: str
    language: str


def te_reo_strings(policy: Policy) -> tuple[TeReoString, ...]:
    """Interface, longer texts, the guards' replies and the glossary, in the order of their files."""
    return (*_interface(), *_prose(), *_replies(policy), *_terms())


def te_reo_pages(pages: Iterable[Page]) -> tuple[TeReoString, ...]:
    """Pages in te reo Māori that were written for this project or that nobody has read: a string each."""
    ours = [each for each in pages if each.language == "mi"]
    to_read = (each for each in ours if each.origin is Origin.STARTER or not each.reviewed)
    return tuple(_page(each) for each in sorted(to_read, key=lambda each: each.slug or each.url))


def said(name: str, language: str) -> Said:
    """The text of prose.toml called `name`, such as "how.lead", for a page in `language`.

    It is English where it has no te reo Māori, or where only reviewed words are shown and nobody has read it.
    Raises `WordsError` for a name that the file does not have.
    """
    found = all_prose().get(name)
    if found is None:
        raise WordsError(f"{FILE} has no {name}")
    if words(language).language == "mi" and found.mi:
        hidden = only_reviewed() and not _string(f"prose.{name}", found.mi, found.en).reviewed
        return Said(found.en, "en") if hidden else Said(found.mi, "mi")
    return Said(found.en, "en")


def _interface() -> Iterator[TeReoString]:
    ours, english = words("mi"), words("en")
    for table in ("outcome", "note", "redacted", "interface"):
        theirs: Mapping[str, str] = getattr(english, table)
        held: Mapping[str, str] = getattr(ours, table)
        for name, text in held.items():
            yield _string(f"words.{table}.{name}", text, theirs.get(name, ""))


def _prose() -> Iterator[TeReoString]:
    for name, held in all_prose().items():
        if held.mi:
            yield _string(f"prose.{name}", held.mi, held.en)


def _replies(policy: Policy) -> Iterator[TeReoString]:
    for (category, language), reply in policy.replies.items():
        if language == "mi":
            found = _string(f"reply.{category}", reply.text, policy.reply(category, "en").text)
            marked = reply.reviewed and not found.reviewed
            yield (
                TeReoString(found.id, found.text, found.english, found.source, "the policy file")
                if marked
                else found
            )


def _terms() -> Iterator[TeReoString]:
    """A term with its meaning: whoever approves it approves both. Some terms have a row for each meaning."""
    held: Counter[str] = Counter()
    for term in glossary().terms:
        name = f"glossary.{term.kind}.{'-'.join(term.te_reo.split())}"
        held[name] += 1
        identifier = name if held[name] == 1 else f"{name}.{held[name]}"
        found = _string(identifier, f"{term.te_reo} = {' | '.join(term.english)}", " | ".join(term.english))
        read = f"{term.source} ({term.standing}, read {term.read})"
        yield replace(found, source=read if term.source else NO_SOURCE)


def _page(page: Page) -> TeReoString:
    """A page stands under its title: what it says in English is another page, at its address."""
    found = _string(f"page.{page.slug or page.url}"[:100], page.text, page.title)
    by = found.reviewed_by or ("the page's own head" if page.reviewed else "")
    return replace(found, source=f"{found.source}; the official page is {page.url}", reviewed_by=by)


def _string(identifier: str, text: str, english: str) -> TeReoString:
    review = reviews().get(identifier)
    source = _sources().get(identifier, OWN)
    if review is None or review.text != text:
        return TeReoString(identifier, text, english, source)
    return TeReoString(identifier, text, english, source, review.by, review.on)


@cache
def reviews() -> Mapping[str, Review]:
    """By string, the review that ships; raises `WordsError` that names what is wrong."""
    data = _read("reviews.toml")
    try:
        return {
            each["string"]: Review(each["text"], each["by"], each["on"]) for each in data.get("review", [])
        }
    except (KeyError, TypeError) as error:
        raise WordsError(
            f"assistant/words/reviews.toml: an entry needs string, text, by and on: {error}"
        ) from error


def as_toml(identifier: str, review: Review) -> str:
    """An entry for `reviews.toml`."""
    lines = {"string": identifier, "text": review.text, "by": review.by}
    quoted = "\n".join(f"{key} = {_quoted(value)}" for key, value in lines.items())
    return f"[[review]]\n{quoted}\non = {review.on.isoformat()}\n"


def _quoted(value: str) -> str:
    """A TOML basic string (https://toml.io/en/v1.0.0#string)."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " else f"\\u{ord(c):04x}" for c in escaped) + '"'


@cache
def _sources() -> Mapping[str, str]:
    sources: Mapping[str, str] = _read("sources.toml").get("sources", {})
    return sources


def _read(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(files("assistant.words").joinpath(name).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WordsError(f"assistant/words/{name} cannot be read: {error}") from error
