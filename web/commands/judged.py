"""ragas' metrics for `eval run` and `eval score`, and its test-set generation; loaded when asked for."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals.drafts import REVIEW, write_cases
from evals.generated import excerpts, generate_drafts
from web.commands import FAILED, errors_told, with_services
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from evals import Trial
    from evals.generated import Excerpt
    from evals.judge import Judge, Judged
    from ingest import Embedder
    from web.main import Services

NO_JUDGE = "No judge is configured: set GOVT_ASSISTANT_JUDGE_MODEL and OPENAI_BASE_URL (or OPENAI_API_KEY)."


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec("ragas") is not None


def judge_of(settings: Settings) -> Judge | None:
    """The judge that the environment configures."""
    from evals.judge import Judge

    if settings.judge_model is None:
        return None
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return Judge(settings.judge_model, settings.openai_base_url, key, repeats=settings.judge_repeats)


def ragas_scores(trials: Sequence[Trial], embedder: Embedder) -> dict[str, Judged]:
    """The metrics that need no model, and those of a judge where one is configured."""
    from evals.judge import score_with_judge, score_without_model

    found = score_without_model(trials, embedder)
    judge = judge_of(Settings())
    return found | (score_with_judge(trials, judge, embedder) if judge else {})


def show_judged(scores: Mapping[str, Judged]) -> None:
    """A table of its own: these advise, they are no part of passing."""
    table = Table("ragas", "mean", "95 % interval", "spread", "no number", "n", title="Advice, not a verdict")
    for name, each in scores.items():
        figure = each.figure
        spread = f"{each.spread:.3f}"
        nan = f"{each.nan} of {each.asked}"
        interval = f"{figure.low:.3f} to {figure.high:.3f}"
        table.add_row(name, f"{figure.mean:.3f}", interval, spread, nan, str(figure.n))
    Console(highlight=False).print(table)


def generate(
    out: Annotated[Path, typer.Argument(help="File to write the drafts to.")],
    size: Annotated[int, typer.Option(min=1, help="Cases to make.")] = 10,
    pages: Annotated[int, typer.Option(min=1, help="Pages of the live index to make them from.")] = 20,
) -> None:
    """Have the judge's model draft cases from the pages (ragas), for a person to review and add."""
    judge = judge_of(Settings())
    if judge is None:
        print(NO_JUDGE, file=sys.stderr)
        raise typer.Exit(FAILED)

    async def material(built: Services) -> tuple[list[Excerpt], Embedder, date]:
        found = excerpts(await built.index.live(), pages=pages)
        return found, built.index.embedder, built.now().date()

    with errors_told():
        found, embedder, today = with_services(material)
        drafts = generate_drafts(found, judge, embedder, size=size, today=today)
    write_cases(drafts, out)
    print(
        f"{len(drafts)} drafts written. Would a citizen ask this, and do its page and fact answer it?\n"
        f"Mend or delete each, name yourself as author, take away the tag {REVIEW}, then:\n"
        f"govt-assistant eval suite add {out} --to NAME"
    )
