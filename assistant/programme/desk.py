"""What behaviours work with, and what they are asked and give back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from anyio import to_thread

from assistant.programme.catalogue import FOLDER, read_toml
from assistant.programme.errors import BadQuery, UnknownRecord
from assistant.programme.records import PUBLIC, Actor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.programme.catalogue import Catalogue
    from assistant.programme.gates import Gates
    from assistant.programme.kinds import Kind
    from assistant.programme.records import Record
    from assistant.programme.register import Register
    from assistant.programme.signing import Signer
    from assistant.programme.usage import Usage

_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Document:
    """An answer that is not JSON."""

    media_type: str
    body: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a behaviour is asked: of which kind, of which record if of one, by whom."""

    kind: Kind
    record: Record | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    by: Actor = PUBLIC

    @property
    def of(self) -> Record:
        """The record; raises `UnknownRecord` where there is none."""
        if self.record is None:
            raise UnknownRecord(f"name a record of {self.kind.title}")
        return self.record

    def said(self, name: str) -> str:
        """An argument that must be there; raises `BadQuery`."""
        value = self.arguments.get(name, "").strip()
        if not value:
            raise BadQuery(f"{name} is missing", what_to_do=f"Say {name}.")
        return value

    def number(self, name: str, default: int, most: int = 3650) -> int:
        """An argument as a whole number from 0 to `most`; raises `BadQuery`."""
        try:
            value = int(self.arguments.get(name) or default)
        except ValueError as error:
            raise BadQuery(f"{name} is not a whole number") from error
        if not 0 <= value <= most:
            raise BadQuery(f"{name} is not between 0 and {most}")
        return value


class Meaning:
    """Vectors of texts, kept so that a text is embedded once."""

    def __init__(self, embed: Callable[[Sequence[str]], NDArray[np.float32]]) -> None:
        self._embed = embed
        self._kept: dict[str, NDArray[np.float32]] = {}

    async def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector a text, shape (texts, dimensions)."""
        kept = self._kept  # another one takes its place while this one waits for vectors
        new = [text for text in dict.fromkeys(texts) if text not in kept]
        if len(kept) + len(new) > _KEPT:
            kept = self._kept = {}
            new = list(dict.fromkeys(texts))
        if new:
            vectors = await to_thread.run_sync(self._embed, new)
            kept.update(zip(new, vectors, strict=True))
        return np.array([kept[text] for text in texts])


@dataclass(frozen=True)
class Desk:
    """The parts that behaviours are given; `about_service` tells what this service runs now."""

    register: Register
    meaning: Meaning
    gates: Gates
    signer: Signer
    usage: Usage
    site: str
    about_service: Callable[[], Awaitable[Mapping[str, Any]]]

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of kinds."""
        return self.register.catalogue


Run = Callable[[Desk, Ask], Awaitable[Any]]


@cache
def scores() -> dict[str, Any]:
    """Weights and thresholds of what behaviours compute."""
    return read_toml(FOLDER / "scores.toml")
