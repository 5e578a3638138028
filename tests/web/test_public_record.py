"""What everyone may read of the service: figures, freshness, incidents, a log that nobody changes unseen."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event, text

from assistant import PublicLog, all_prose
from evals import DETERMINISTIC, PASSED, SERVED, Basis, Figure, RunState
from evals.suite import SUITES
from ingest import create_tables, engines, open_engine
from ingest import digest as sha256
from web.public_record import FIGURES


@pytest.fixture
async def log(tmp_path, now):
    """A log with three entries, and its engine."""
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'log.db'}")
    await create_tables(engine)
    log = PublicLog(engine, now)
    for number in (1, 2, 3):
        await log.append("index", f"index-{number}", {"version": number})
    yield log, engine
    await engine.dispose()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("tampering", "first_broken"),
    [
        ("UPDATE public_log SET body = '{\"version\": 9}' WHERE number = 2", 2),
        ("UPDATE public_log SET at = '2020-01-01' WHERE number = 1", 1),
        ("DELETE FROM public_log WHERE number = 2", 3),
        ("DELETE FROM public_log WHERE number = 1", 2),
    ],
)
async def test_a_changed_or_removed_entry_is_found(log, tampering, first_broken):
    """Whoever edits the table cannot do it unseen."""
    kept, engine = log
    assert await kept.broken_at() is None
    async with engine.begin() as connection:
        await connection.execute(text(tampering))
    assert await kept.broken_at() == first_broken


def test_every_figure_that_the_page_names_is_measured():
    """No name of a figure stands there that no run has."""
    assert set(FIGURES) - {PASSED, *(metric.name for metric in DETERMINISTIC)} == set()


@pytest.mark.anyio
async def test_nothing_is_entered_twice(log):
    """The same happening under the same key is one entry."""
    kept, _ = log
    assert await kept.append("index", "index-3", {"version": 3}) is None
    assert len(await kept.entries()) == 3


def test_before_any_run_the_page_says_that_nothing_is_measured(client):
    """No figure is shown that nobody measured; freshness and the log are true from the start."""
    html = client.get("/about-this-service").text
    assert "Nothing has been measured" in html
    assert "3, version 1" in html
    assert "Version 1 of the pages was published." in html
    assert "every entry follows from the one before it" in html


def test_figures_come_with_their_interval_and_number_of_questions(client):
    """The latest finished run of what is served; others are not shown."""
    runs = client.app.state.services.runs
    basis = Basis(1, "code", "configuration", "models")

    async def measure():
        number = await runs.begin("starter", SERVED, basis, [])
        await runs.finish(number, RunState.FINISHED, {"passed": Figure(0.9, 0.8, 0.96, 40)})
        await runs.begin("unfinished", SERVED, basis, [])

    client.portal.call(measure)
    html = client.get("/about-this-service").text
    assert "90 % <span" in html
    assert "80 to 96 %, 40 questions" in html
    assert "unfinished" not in html
    body = client.get("/v1/service").json()
    assert body["measured"][0]["figures"]["passed"]["n"] == 40
    assert body["freshness"]["pages"] == 3


def test_the_log_can_be_checked_by_anyone(client):
    """Each digest follows from the entry's own fields, as the API describes it; no question is in the log."""
    client.post("/v1/answers", json={"question": "How do I renew a passport?"})
    client.get("/about-this-service")
    body = client.get("/v1/service/log").json()
    assert body["whole"] is True
    before = "0" * 64
    for entry in body["entries"]:
        fields = {name: value for name, value in entry.items() if name != "digest"}
        fields["at"] = fields["at"].replace("Z", "+00:00")
        assert entry["previous"] == before
        canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert entry["digest"] == sha256(canonical)
        before = entry["digest"]
    assert "passport" not in json.dumps(body)
    again = client.get("/v1/service/log").json()
    assert again == body, "looking at it changes nothing"


def test_a_roll_back_and_a_topic_that_is_off_are_entered(client):
    """The log follows what is served, also backwards."""
    services = client.app.state.services

    async def change():
        from assistant import TopicState

        await services.topics.change("passports", TopicState(off=True), by="editor", reason="wrong fee")

    client.portal.call(change)
    html = client.get("/about-this-service").text
    assert "Answers are turned off at the moment on: passports." in html
    assert "Topics turned off: passports." in html


def test_the_page_tells_of_pages_that_answer_and_of_no_candidate(client):
    """The check of a version that was never published is neither a figure nor an entry of the log."""
    services = client.app.state.services

    async def measure():
        candidate = await services.catalog.begin(
            parent=1, embedder=services.index.embedder.name, chunker="x", note="x", now=services.now()
        )
        for version, share in ((1, 0.75), (candidate, 0.25)):
            number = await services.runs.begin("polarity", SERVED, Basis(version, "c", "c", "m"), [])
            await services.runs.finish(number, RunState.FINISHED, {"passed": Figure(share, 0.2, 0.8, 4)})

    client.portal.call(measure)
    html = client.get("/about-this-service").text
    assert "75 % of 4 questions passed every check" in html and "25 %" not in html
    assert "“polarity” was measured on version 1." in html and "measured on version 2" not in html


def test_every_shipped_suite_is_told_in_plain_words():
    """Nobody outside the project knows a suite by its name."""
    told = {each.stem for each in SUITES.glob("*.jsonl")}
    assert {name for name in told if f"service.suite_{name}" not in all_prose()} == set()


def test_looking_again_costs_what_a_look_costs(client):
    """Anybody may look: answers are not scored again, and what is entered is not entered once more."""
    services = client.app.state.services
    basis = Basis(1, "code", "configuration", "models")

    async def measure():
        for _ in range(30):
            number = await services.runs.begin("starter", SERVED, basis, [])
            await services.runs.finish(number, RunState.FINISHED, {"passed": Figure(0.9, 0.8, 0.96, 40)})

    client.portal.call(measure)
    first = client.get("/about-this-service").text
    statements = []

    def count(_connection, _cursor, statement, *_):
        statements.append(statement)

    for each in engines(services.engine):
        event.listen(each, "before_cursor_execute", count)
    assert client.get("/about-this-service").text == first
    assert len(statements) < 25
    assert not [each for each in statements if "INSERT" in each or "eval_answers" in each]
