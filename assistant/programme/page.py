"""A public record as a page of the index: sentences that stand alone, so that each can be quoted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from assistant.programme.kinds import FieldType
from assistant.programme.records import Provenance
from assistant.programme.wording import day, filled, shown
from ingest import Fact, FactStatus, Origin, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.programme.catalogue import Catalogue, Words
    from assistant.programme.kinds import Kind, KindField
    from assistant.programme.records import Record

TOPIC = "ai-work-programme"
AUDIENCE: Literal["public-service"] = "public-service"
PATH = "/programme"


def address(site: str, kind: str, slug: str = "") -> str:
    """The page of a record, or of a kind, on this service."""
    return "/".join(part for part in (f"{site.rstrip('/')}{PATH}", kind, slug) if part)


def page_of(record: Record, catalogue: Catalogue, site: str, titles: Mapping[tuple[str, str], str]) -> Page:
    """The page of a public record; private fields are left out. `titles` names what it refers to.

    Where a record comes from is shown on its page; of the text it is a part only where it was made up.
    """
    kind = catalogue.kind(record.kind)
    text = "\n\n".join(_parts(record, kind, titles)) + "\n"
    if record.origin.provenance is Provenance.DEMONSTRATION:
        text = f"{text}\n## {catalogue.words.more}\n\n{catalogue.words.demonstration}\n"
    return Page(
        url=address(site, record.kind, record.slug),
        title=record.heading,
        text=text,
        agency=str(record.values.get("agency") or "") or None,
        topic=TOPIC,
        last_updated=record.changed_at.date(),
        origin=Origin.RECORD,
        audience=AUDIENCE,
        facts=_facts(record, text),
        slug=f"records/{record.key}",
    )


def provenance(record: Record, words: Words) -> str:
    """The sentences that say where a record comes from."""
    origin = record.origin
    if origin.provenance is Provenance.PUBLISHED:
        template = words.published if origin.official else words.secondary
    else:
        template = getattr(words, origin.provenance.value)
    host = (urlsplit(origin.source or "").hostname or "").removeprefix("www.")
    text = template.replace("{host}", host).replace("{read}", day(origin.read) if origin.read else "")
    return f"{text} Source: {origin.source}" if origin.source else text


def _parts(record: Record, kind: Kind, titles: Mapping[tuple[str, str], str]) -> Iterator[str]:
    fields = [field for field in kind.fields if field.name in record.values and not field.private]
    lead = [filled(kind.lead, kind, record)] if kind.lead else []
    about = record.values.get("summary") or record.values.get("problem") or record.values.get("definition")
    yield " ".join([*lead, _sentence(str(about))] if about else lead)
    said = [filled(f.says, kind, record, shown(f, record.values[f.name], titles)) for f in fields if f.says]
    if said:
        yield " ".join(said)
    for field in fields:
        if field.type is FieldType.LONG_TEXT and record.values[field.name] != about and not field.computed:
            yield f"## {field.label}\n\n{record.values[field.name]}"
        elif field.type is FieldType.TABLE:
            yield f"## {field.label}\n\n{_table(field, record.values[field.name])}"
    related = [f"- {f.label}: {shown(f, record.values[f.name], titles)}" for f in fields if f.of]
    if related:
        yield "## Related\n\n" + "\n".join(related)


def _sentence(text: str) -> str:
    return text if text.rstrip().endswith((".", "!", "?", ":")) else f"{text.rstrip()}."


def _table(field: KindField, rows: list[dict[str, object]]) -> str:
    head = "| " + " | ".join(column.label for column in field.columns) + " |"
    rule = "|" + "---|" * len(field.columns)
    body = [
        "| "
        + " | ".join(_cell(shown(c, row[c.name])) if c.name in row else "–" for c in field.columns)
        + " |"
        for row in rows
    ]
    return "\n".join([head, rule, *body])


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "/")


def _facts(record: Record, text: str) -> tuple[Fact, ...]:
    """What is known of each paragraph: read in an official source, or not checked against one."""
    origin = record.origin
    if origin.provenance in {Provenance.ENTERED, Provenance.GENERATED}:
        return ()
    read = origin.provenance is Provenance.PUBLISHED and origin.official
    status = FactStatus.READ if read else FactStatus.UNCHECKED
    parts = [part for part in text.strip().split("\n\n") if part and not part.startswith("## ")]
    return tuple(Fact(part, status, origin.source, origin.read) for part in dict.fromkeys(parts))
