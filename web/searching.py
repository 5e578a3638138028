"""Finding pages without answering, for the command line and for other software."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anyio import to_thread

from assistant import Question, Retrieved, redact_and_screen, retrieve, understand

if TYPE_CHECKING:
    from assistant import Assistant


async def find_pages(question: Question, assistant: Assistant, k: int) -> tuple[int, Retrieved]:
    """The number of the version searched and what it has for `question`, redacted first."""
    snapshot = await assistant.index.live()

    def find() -> Retrieved:
        screened = redact_and_screen(question, guards=assistant.guards)
        embedder, threshold, mix = (
            assistant.index.embedder,
            assistant.threshold_on(snapshot),
            assistant.retrieval,
        )
        return retrieve(understand(screened), snapshot, embedder, k=k, threshold=threshold, mix=mix)

    return snapshot.version, await to_thread.run_sync(find)


def ranked_pages(found: Retrieved) -> list[dict[str, Any]]:
    """The pages, best first, with what spoke for each."""
    return [
        {
            "rank": rank,
            "page_id": ranked.page.id,
            "url": ranked.page.page.url,
            "title": ranked.page.page.title,
            "language": ranked.page.page.language,
            "score": round(ranked.score, 6),
            "dense": round(ranked.dense, 6),
            "lexical": round(ranked.lexical, 6),
        }
        for rank, ranked in enumerate(found.pages, start=1)
    ]
