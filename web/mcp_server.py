"""The assistant for other software over the Model Context Protocol: three tools that only read.

Served at /mcp (streamable HTTP) and by `govt-assistant mcp` (standard input and output).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from assistant import AssistantError, FirstHelp, Question, QuestionError, Turn, answer
from ingest import FactStatus, IngestError
from web.api.answers import final
from web.asking import LONGEST, check_question
from web.mcp_help import given
from web.searching import find_pages, ranked_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant import Answer
    from ingest import StoredPage
    from web.dependencies import Parts

INSTRUCTIONS = (
    "Answers about New Zealand government services, each sentence a quote of a stored page. Use `ask` for a "
    "question, `search_pages` to find pages, `get_page` to read one. Show readers the citations, and say "
    "where a statement is not checked or a page is starter content. Leave personal details out."
)
MOST_PAGES = 20

_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def build_server(parts: Parts, version: str) -> MCPServer[Any]:
    """A server whose tools read from `parts`."""
    server: MCPServer[Any] = MCPServer(
        "govt-assistant",
        title="govt-assistant",
        instructions=INSTRUCTIONS,
        version=version,
        log_level="WARNING",
        subscriptions=False,
    )
    first_help = FirstHelp()

    @server.tool(title="Ask about government services", annotations=_READS)
    async def ask(
        question: Annotated[str, Field(description="In English or te reo Māori, without personal details.")],
        earlier_questions: Annotated[list[str], Field(max_length=6, description="Oldest first.")] = [],  # noqa: B006 the schema's default; never changed
    ) -> dict[str, Any]:
        """Answer a question from stored pages. `text` is Markdown; `answer` has every citation and quote."""
        with problems_told():
            return given(await _answered(question, earlier_questions, parts, first_help))

    @server.tool(title="Search pages", annotations=_READS)
    async def search_pages(
        query: Annotated[str, Field(description="What to look for.")],
        limit: Annotated[int, Field(ge=1, le=MOST_PAGES)] = 5,
    ) -> dict[str, Any]:
        """Find pages about government services, best first, without answering."""
        with problems_told():
            version, found = await find_pages(Question(check_question(query)), parts.assistant, limit)
            return {"index_version": version, "relevant": found.relevant, "pages": ranked_pages(found)}

    @server.tool(title="Read a page", annotations=_READS)
    async def get_page(
        page: Annotated[str, Field(max_length=2_000, description="A page's identifier or its web address.")],
    ) -> dict[str, Any]:
        """Read the stored copy of a page: its words, where they come from, what in it is not checked."""
        with problems_told():
            snapshot = await parts.index.live()
            stored = snapshot.page(page) or next(
                (each for each in snapshot.pages if each.page.url == page), None
            )
            if stored is None:
                raise ToolError("No stored page has that identifier or address. Use search_pages.")
            return page_fields(stored)

    return server


async def _answered(question: str, earlier: Sequence[str], parts: Parts, first_help: FirstHelp) -> Answer:
    """The answer, or help where there is danger in a question that cannot be read; raises `QuestionError`."""
    try:
        history = tuple(Turn(check_question(each)) for each in earlier)
        asked = Question(check_question(question), history)
    except QuestionError:
        if (ending := await first_help.look(Question(question[:LONGEST]), parts.assistant)) is None:
            raise
        return ending.answer
    return await final(answer(asked, parts.assistant))


@contextmanager
def problems_told() -> Iterator[None]:
    """Errors of ours reach the caller as what went wrong and what to do."""
    try:
        yield
    except (AssistantError, IngestError) as error:
        raise ToolError(f"{error}. {error.what_to_do}") from error


def page_fields(stored: StoredPage) -> dict[str, Any]:
    """A stored page as plain values."""
    page = stored.page
    return {
        "page_id": stored.id,
        "page_version": stored.version,
        "url": page.url,
        "title": page.title,
        "language": page.language,
        "agency": page.agency,
        "topic": page.topic,
        "last_updated": page.last_updated.isoformat() if page.last_updated else None,
        "fetched_at": stored.fetched_at.isoformat(),
        "origin": str(page.origin),
        "reviewed": page.reviewed,
        "not_checked": [fact.text for fact in page.facts if fact.status is FactStatus.UNCHECKED],
        "text": page.text,
    }
