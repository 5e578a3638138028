"""Tables that a bench writes into a document between two marks."""

from __future__ import annotations


def written(document: str, table: str, marks: tuple[str, str]) -> str:
    """`document` with `table` between its marks; raises `ValueError` where they are missing."""
    head, _, rest = document.partition(marks[0])
    _, found, tail = rest.partition(marks[1])
    if not found:
        raise ValueError(f"the document lacks {marks[0]} and {marks[1]}")
    return f"{head}{marks[0]}\n{table}\n{marks[1]}{tail}"
