"""Documents that pages link to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.errors import BadAddress
from ingest.sources.address import canonical
from ingest.sources.documents import is_document_address

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK = re.compile(r"\]\((https?://[^)\s]+)\)")


def linked_documents(text: str) -> Iterator[str]:
    """Addresses of PDF and Word documents that the page's Markdown links to, each once, in canonical form."""
    seen = set()
    for found in _LINK.finditer(text):
        try:
            address = canonical(found[1])
        except BadAddress:
            continue
        if is_document_address(address) and address not in seen:
            seen.add(address)
            yield address
