"""Clients of Chroma, on disk or of a server; Chroma is imported by the first that is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class OnDisk:
    """Opens Chroma in `folder`; one process at a time may write there."""

    folder: Path

    def __call__(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        return chromadb.PersistentClient(path=str(self.folder), settings=settings)


def chroma_on_disk(folder: Path) -> Callable[[], Any]:
    """Opens Chroma in `folder`; one process at a time may write there."""
    return OnDisk(folder)


def chroma_server(host: str, port: int, *, ssl: bool = False) -> Callable[[], Any]:
    """Connects to a Chroma server, which has no authentication of its own: keep it on a private network."""

    def connect() -> Any:
        import chromadb
        from chromadb.config import Settings

        return chromadb.HttpClient(
            host=host, port=port, ssl=ssl, settings=Settings(anonymized_telemetry=False)
        )

    return connect


def close_client(client: Any) -> None:
    """End a client; Chroma 1.5 leaves the connections to its server open."""
    client.close()
    for side in (client, getattr(client, "_admin_client", None)):
        session = getattr(getattr(side, "_server", None), "_session", None)
        if session is not None:
            session.close()
