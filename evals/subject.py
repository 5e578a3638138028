"""What is evaluated: an assistant under a configuration, on one version of the index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evals.configuration import SERVED, Configuration, basis_digest, code_digest, configured
from evals.runs import Basis
from ingest import Index

if TYPE_CHECKING:
    from assistant import Assistant
    from ingest import Snapshot


@dataclass(frozen=True)
class Subject:
    """An assistant, what it was varied by, and what its answers rest on."""

    assistant: Assistant
    basis: Basis
    configuration: Configuration = SERVED


class PinnedIndex(Index):
    """An index that answers from one snapshot, whatever is live."""

    def __init__(self, index: Index, snapshot: Snapshot) -> None:
        super().__init__(index.catalog, index.vectors, index.embedder, units=index.units)
        self._snapshot = snapshot

    async def live(self, number: int | None = None) -> Snapshot:
        """The snapshot."""
        return self._snapshot


async def subject_of(
    assistant: Assistant,
    configuration: Configuration = SERVED,
    *,
    models: str = "",
    version: int | None = None,
    code: str | None = None,
) -> Subject:
    """The assistant under `configuration` on index `version`, or on the one that is live now.

    It stays on that version while the run lasts. `models` names the chat model, where there is one.
    Raises `EmptyIndex`, `UnknownVersion`, `ConfigurationError`.
    """
    index = assistant.index
    snapshot = await index.live() if version is None else await index.open(version)
    pinned = replace(configured(assistant, configuration), index=PinnedIndex(index, snapshot))
    names = f"{index.embedder.name} {models}".strip()
    numbers = basis_digest(pinned, configuration)
    basis = Basis(snapshot.version, code or code_digest(), numbers, names)
    return Subject(pinned, basis, configuration)
