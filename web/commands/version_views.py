"""Versions, differences and histories for a terminal and for programs."""

from __future__ import annotations

from dataclasses import asdict
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest import Difference, PageChange, PageRow, PageVersion, Passage, PassageChange, Version

MARKS = {"added": "+", "changed": "~", "removed": "-"}


def version_as_dict(version: Version) -> dict[str, Any]:
    """For JSON."""
    return _plain({name: getattr(version, name) for name in version.__slots__})


def row_as_dict(row: PageRow) -> dict[str, Any]:
    """For JSON."""
    return _plain(asdict(row))


def history_as_dict(found: PageVersion) -> dict[str, Any]:
    """For JSON."""
    page = found.stored.page
    values = {
        "page_id": found.stored.id,
        "page_version": found.stored.version,
        "url": page.url,
        "title": page.title,
        "language": page.language,
        "fetched_at": found.fetched_at,
        "last_updated": page.last_updated,
        "held_by": list(found.held_by),
        "live": found.live,
        "text": page.text,
        "passages": [_passage(each) for each in found.stored.passages],
    }
    return _plain(values)


def difference_as_dict(found: Difference) -> dict[str, Any]:
    """For JSON."""
    return {
        "before": found.before,
        "after": found.after,
        "pages": found.page_counts,
        "passages": found.passage_counts,
        "changes": [_change(each) for each in found.pages],
    }


def print_difference(found: Difference) -> None:
    """For a reader."""
    for page in found.pages:
        print(f"{MARKS[page.change]} {page.page.page.title}  {page.page.page.url}")
        for name, (before, after) in page.metadata.items():
            print(f"    {name}: {before or '(none)'} -> {after or '(none)'}")
        for passage in page.passages:
            _print_passage(passage)
    for name, counts in (("pages", found.page_counts), ("passages", found.passage_counts)):
        told = ", ".join(f"{count} {change}" for change, count in counts.items() if count) or "none changed"
        print(f"{name}: {told}")


def print_history(found: list[PageVersion]) -> None:
    """For a reader: how the page came to be as it is, and its newest passages."""
    page = found[0].stored.page
    print(f"{page.title}\n{page.url}\n")
    for each in found:
        mark = "*" if each.live else " "
        held = ", ".join(str(number) for number in each.held_by) or "none"
        fetched = f"{each.fetched_at:%Y-%m-%d %H:%M}"
        print(f"{mark} {each.stored.version[:12]}  fetched {fetched}  in versions: {held}")
    for passage in found[0].stored.passages:
        print(f"\n[{' > '.join((page.title, *passage.heading_path))}]\n{passage.text}")


def _print_passage(change: PassageChange) -> None:
    before = change.before.text.splitlines() if change.before else []
    after = change.after.text.splitlines() if change.after else []
    place = change.after or change.before
    print(f"  @ {' > '.join(place.heading_path) if place and place.heading_path else '(top)'}")
    for line in list(unified_diff(before, after, lineterm="", n=1))[2:]:
        if not line.startswith("@@"):
            print(f"    {line}")


def _change(change: PageChange) -> dict[str, Any]:
    page = change.page
    return {
        "change": change.change.value,
        "page_id": page.id,
        "url": page.page.url,
        "title": page.page.title,
        "language": page.page.language,
        "metadata": {name: {"before": old, "after": new} for name, (old, new) in change.metadata.items()},
        "passages": [
            {
                "change": each.change.value,
                "before": _passage(each.before) if each.before else None,
                "after": _passage(each.after) if each.after else None,
            }
            for each in change.passages
        ],
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {"id": passage.id, "heading_path": list(passage.heading_path), "text": passage.text}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()
    }
