"""What `index check` found, for a terminal and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest import Checked, Duplicate, Statement, StoredPage


def checked_as_dict(found: Checked) -> dict[str, Any]:
    """For JSON."""
    return {
        "version": found.version,
        "duplicates": [
            {"pages": [_page(each.first), _page(each.second)], "alike": each.alike, "newer": each.newer}
            for each in found.duplicates
        ],
        "contradictions": [
            {"unit": each.unit, "statements": [_statement(each.first), _statement(each.second)]}
            for each in found.contradictions
        ],
        "stale": [_page(each) for each in found.stale],
        "withheld": [_page(each) for each in found.withheld],
    }


def print_checked(found: Checked) -> None:
    """For a reader."""
    for duplicate in found.duplicates:
        print(f"duplicate      {duplicate.alike:.0%} alike{_which(duplicate)}")
        print(f"               {duplicate.first.page.url}\n               {duplicate.second.page.url}")
    for each in found.contradictions:
        print(f"contradiction  {each.unit}")
        for statement in (each.first, each.second):
            print(f"               {statement.text}\n                 {statement.page.page.url}")
    for label, pages in (("stale", found.stale), ("withheld", found.withheld)):
        for page in pages:
            print(f"{label:<14} {page.page.url}")
    if found.nothing:
        print("Nothing to look at.")


def _which(duplicate: Duplicate) -> str:
    if duplicate.newer is None:
        return "; nothing tells which is newer"
    newer = duplicate.first if duplicate.newer == duplicate.first.id else duplicate.second
    return f"; the newer is {newer.page.url}"


def _page(stored: StoredPage) -> dict[str, str]:
    return {"page_id": stored.id, "url": stored.page.url, "title": stored.page.title}


def _statement(each: Statement) -> dict[str, Any]:
    place = {"text": each.text, "start": each.start, "end": each.end, "figures": list(each.figures)}
    return {**_page(each.page), "page_version": each.page.version, **place}
