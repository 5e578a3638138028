"""The command line: everything that the service does, for a terminal and for programs.

Exit codes: 0 done; 1 it failed, and standard error says what to do; 2 the command was wrong;
3 done, but some pages or lines failed (each is named).
"""

from __future__ import annotations

import typer

from web.commands import (
    access,
    asking,
    candidates,
    content,
    doctor,
    evaluating,
    guarding,
    jobs,
    keeping,
    programme,
    public_log,
    refreshing,
    removals,
    serving,
    switches,
    topics,
    versions,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
app.command("ask")(asking.ask)
app.command("search")(asking.search)
app.command("guard")(guarding.guard)
app.command("ingest")(content.ingest)
app.command("refresh")(refreshing.refresh)
app.add_typer(access.access, name="access")
versions.index.command("check-answers")(candidates.check_answers)
versions.index.command("publish")(candidates.publish)
versions.index.command("removed")(removals.removed)
versions.index.command("restore")(removals.restore)
versions.index.command("read-again")(candidates.read_again)
versions.index.command("rebase")(candidates.rebase)
versions.index.command("discard")(candidates.discard)
app.add_typer(versions.index, name="index")
app.add_typer(evaluating.evaluate, name="eval")
app.add_typer(topics.topic, name="topic")
app.add_typer(programme.programme, name="programme")
app.add_typer(jobs.job, name="job")
app.command("gaps")(jobs.gaps)
app.add_typer(switches.switch, name="switch")
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)
app.command("retention")(keeping.retention)
app.command("doctor")(doctor.doctor)
app.command("serve")(serving.serve)
app.command("run")(serving.run)
app.add_typer(public_log.log, name="log")
app.command("mcp")(serving.mcp)


def main() -> None:
    """Entry point of `python -m web.cli`."""
    app()


if __name__ == "__main__":
    main()
