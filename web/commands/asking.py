"""`ask` and `search`: one question from the command line, or a file of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.console import Console

from assistant import (
    Answer,
    Outcome,
    Question,
    QuestionError,
    Retrieved,
    answer,
)
from web.api.answers import final
from web.asking import check_question
from web.commands import FAILED, PARTLY, WRONG, with_services
from web.commands.questions import Line, read_lines
from web.searching import find_pages, ranked_pages
from web.terminal import show_answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from web.main import Services

_ANSWER = TypeAdapter(Answer)

QuestionArgument = Annotated[str | None, typer.Argument(help="The question.")]
FileOption = Annotated[
    Path | None,
    typer.Option("--file", help='JSON lines of {"id", "question", "history"?}; - for standard input.'),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def ask(question: QuestionArgument = None, file: FileOption = None, as_json: JsonOption = False) -> None:
    """Answer a question, or a file of questions."""
    _each(question, file, as_json, _answer, _show_answer)


def search(
    question: QuestionArgument = None,
    file: FileOption = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Pages to list.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Find the pages for a question, without answering it."""

    async def find(line: Line, built: Services) -> dict[str, Any]:
        return await _search(line, built, k)

    _each(question, file, as_json, find, _show_search)


def _each(
    question: str | None,
    file: Path | None,
    as_json: bool,
    work: Callable[[Line, Services], Awaitable[dict[str, Any]]],
    show: Callable[[dict[str, Any]], None],
) -> None:
    if (question is None) == (file is None):
        print("Give either a question or --file.", file=sys.stderr)
        raise typer.Exit(WRONG)

    async def run(built: Services) -> int:
        failed = 0
        for line in [Line("1", question or "")] if file is None else read_lines(file):
            try:
                result = await work(line, built)
            except QuestionError as error:
                failed += 1
                result = {"id": line.id, "error": str(error), "what_to_do": error.what_to_do}
            if as_json:
                print(json.dumps(result, ensure_ascii=False), flush=True)
            elif "error" in result:
                print(f"{result['id']}: {result['error']}. {result['what_to_do']}", file=sys.stderr)
            else:
                show(result)
        return failed

    if with_services(run):
        raise typer.Exit(FAILED if file is None else PARTLY)


async def _answer(line: Line, built: Services) -> dict[str, Any]:
    question = Question(check_question(line.text), line.history, line.language)
    found = await final(answer(question, built.assistant))
    if found.outcome is Outcome.ERROR_INDEX:
        await built.index.live()  # says what is wrong with it, and what to do, once for all questions
    return {**_ANSWER.dump_python(found, mode="json"), "id": line.id}


async def _search(line: Line, built: Services, k: int) -> dict[str, Any]:
    question = Question(check_question(line.text), line.history, line.language)
    version, found = await find_pages(question, built.assistant, k)
    return {"id": line.id, "index_version": version, **_ranked(found, k)}


def _ranked(found: Retrieved, k: int) -> dict[str, Any]:
    pages = ranked_pages(found)
    held = [(passage, score, ranked) for ranked in found.pages for passage, score in ranked.passages]
    passages = [
        {
            "rank": rank,
            "passage_id": passage.id,
            "url": ranked.page.page.url,
            "heading_path": list(passage.heading_path),
            "start": passage.start,
            "end": passage.end,
            "text": passage.text,
            "score": round(score, 6),
        }
        for rank, (passage, score, ranked) in enumerate(sorted(held, key=lambda each: -each[1])[:k], start=1)
    ]
    return {"probability": round(found.probability, 6), "pages": pages, "passages": passages}


def _show_answer(result: dict[str, Any]) -> None:
    show_answer(_ANSWER.validate_python({**result}), Console(highlight=False))


def _show_search(result: dict[str, Any]) -> None:
    console = Console(highlight=False)
    for page in result["pages"]:
        console.print(
            f"{page['rank']:>3}. {page['score']:.3f}  {page['title']}  {page['url']}", soft_wrap=True
        )
