"""A run whose process is killed is gone on with: nothing that was kept is asked again."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import time
from contextlib import closing
from datetime import timedelta

import pytest

from tests.web import crashing_runs
from tests.web.crashing_runs import COUNT

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.web.crashing_runs"])


def kept(folder):
    """Questions whose answers are in the database, by the runs that they belong to."""
    with closing(sqlite3.connect(folder / "assistant.db", timeout=30)) as connection:
        rows = connection.execute(
            'SELECT c.run_id, c."case" FROM eval_run_cases c JOIN eval_answers a ON a.key = c.key'
        ).fetchall()
    return {number for number, _ in rows}, {json.loads(case)["question"] for _, case in rows}


def asked(notes):
    """Every question that was embedded, as often as it was."""
    lines = notes.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if "kayak permit" in line]


@pytest.mark.parametrize("way", ["alone", "job"])
def test_a_killed_run_goes_on_and_asks_nothing_twice_that_was_kept(way, tmp_path):
    """Kill -9 in the middle: the same run ends with all its answers, each kept one asked once."""
    folder, first, second = tmp_path / "data", tmp_path / "first", tmp_path / "second"
    crashing_runs.prepare(folder)
    process = _processes.Process(target=crashing_runs.work, args=(way, folder, first, 0.02), daemon=True)
    process.start()
    while process.is_alive() and not kept(folder)[1]:
        time.sleep(0.05)
    assert process.is_alive()
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    runs, before = kept(folder)
    assert 0 < len(before) < COUNT
    assert runs == {crashing_runs.work(way, folder, second, 0.0, timedelta(hours=1))}
    again = asked(second)
    assert not before & set(again)
    assert len(before | set(again)) == len(before) + len(again) == COUNT
    assert len(kept(folder)[1]) == COUNT
