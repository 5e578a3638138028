"""A text file with one address a line; empty lines and lines that begin with # are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path


def read_url_list(path: Path) -> list[str]:
    """The addresses; raises SourceError naming the first line that holds none."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8", what_to_do="Save it as UTF-8.") from error
    found = []
    for number, line in enumerate(lines, 1):
        address = line.strip()
        if not address or address.startswith("#"):
            continue
        if not address.lower().startswith(("http://", "https://")):
            raise SourceError(
                f"{path}, line {number}: {address[:100]!r} is not a web address",
                what_to_do="Write one address a line, each beginning with https://.",
            )
        found.append(address)
    if not found:
        raise SourceError(f"{path} lists no address", what_to_do="Write one address a line.")
    return found
