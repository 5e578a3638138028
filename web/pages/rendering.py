"""Templates become pages, in the reader's language."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from assistant import offered, said, words
from assistant.programme import date_in_words
from web.pages.links import Segment, at_quote, safe_href, sms, tel
from web.paths import STATIC, TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

TAGS = {"en": "en-NZ", "mi": "mi"}
"""Language tags of pages (BCP 47), by language."""

_AI = re.compile(r"\bai\b", re.IGNORECASE)
_KIND = re.compile(r"<([A-Z_]+)>")


def page_language(asked: str) -> str:
    """The language that a page is shown in."""
    return asked if asked in TAGS else "en"


def page(template: str, language: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of `template`; not for shared caches, it may hold somebody's question."""
    return HTMLResponse(render(template, language, **values), status, {"Cache-Control": "private, no-cache"})


def render(template: str, language: str, **values: Any) -> str:
    """`template` filled in; raises jinja2's `UndefinedError` for a word or value that is not there."""
    shown = words(language)
    chosen = _environment().get_template(template)
    return chosen.render(
        t=shown.interface,
        words=shown,
        language=shown.language,
        tag=TAGS[shown.language],
        lang_of=_tagger(shown.language),
        say=_teller(shown.language),
        hours_always=said("frame.hours_always", "en").text,
        offered=offered(),
        day=lambda each: day(each, shown.interface),
        reviewed=lambda spoken: words(spoken).reviewed,
        **values,
    )


def in_english(name: str, **values: Any) -> Markup:
    """A text of prose.toml in English with its values, for what is in English on every page."""
    return escape(said(name, "en").text).format(**values)


def day(given: date, interface: Mapping[str, str]) -> str:
    """A date in the words of a language, such as 23 November 2026."""
    month = interface["months"].split()[given.month - 1]
    return interface["date"].format(day=given.day, month=month, year=given.year)


def english_day(given: date) -> str:
    """A date as English pages write it."""
    return day(given, words("en").interface)


def topic_name(topic: str | None) -> str:
    """A topic as people read it: the last part of its address without hyphens; empty for none."""
    return _AI.sub("AI", (topic or "").replace("-", " ").capitalize())


def without_kinds(question: str, kinds: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """A redacted question in pieces; True marks a piece that names what was removed there."""
    for at, piece in enumerate(_KIND.split(question)):
        if at % 2:
            yield kinds.get(piece, kinds["other"]), True
        elif piece:
            yield piece, False


def plain_question(question: str) -> str:
    """A redacted question without the marks of what was removed, to be asked again."""
    return " ".join(_KIND.sub(" ", question).split())


def _tagger(page_language: str) -> Callable[[str], str]:
    """The language tag to mark text with, empty where it is in the page's own language."""
    return lambda language: "" if language == page_language else TAGS.get(language, language)


def _teller(page_language: str) -> Callable[..., Markup]:
    """A text of prose.toml with its values; marked up where it is not in the page's language."""

    def say(name: str, **values: Any) -> Markup:
        found = said(name, page_language)
        text = escape(found.text).format(**values)
        if found.language == page_language:
            return text
        return Markup('<span lang="{}">{}</span>').format(TAGS[found.language], text)

    return say


@cache
def _asset(name: str) -> str:
    """The address of a static file, which changes when its content does."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "asset": _asset,
        "without_kinds": without_kinds,
        "english_day": english_day,
        "in_english": in_english,
    }
    environment.filters |= {"tel": tel, "sms": sms, "safe_href": safe_href, "at_quote": at_quote}
    environment.filters["plain_question"] = plain_question
    environment.filters["topic_name"] = topic_name
    environment.filters["pair"] = lambda value: (value, value)
    environment.filters["date_in_words"] = date_in_words
    environment.tests["link"] = lambda segment: isinstance(segment, Segment) and segment.href is not None
    return environment
