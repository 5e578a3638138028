"""The work programme's suites with the real embedder, over the starter content and the published records."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.starter.conftest import COMMAND


@pytest.fixture(scope="module")
def seeded(command, models, tmp_path_factory):
    """Run `govt-assistant` on a copy of the installation that also holds the seeds."""
    home = tmp_path_factory.mktemp("seeded")
    shutil.copytree(command.folder, home / "data")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GOVT_ASSISTANT_")}
    environment |= {
        "GOVT_ASSISTANT_DATA_DIR": str(home / "data"),
        "GOVT_ASSISTANT_MODELS_DIR": str(models),
    }

    def run(*arguments):
        return subprocess.run(
            [COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False, cwd=home
        )

    done = run("programme", "seed")
    assert done.returncode == 0, done.stderr[-2000:]
    yield run
    shutil.rmtree(home)


def results(seeded, suite):
    """Each case of a suite with its answer."""
    run = seeded("eval", "run", suite, "--json")
    assert run.returncode == 0, run.stderr[-2000:]
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_questions_about_the_programme_are_answered(seeded):
    """At least 95 of 100 show the right page first and the fact."""
    found = results(seeded, "programme")
    wrong = [each["id"] for each in found if not each["passed"]]
    assert len(wrong) <= 0.05 * len(found), wrong


def test_citizens_are_not_answered_from_records(seeded):
    """No answer to a citizen's question quotes a record or an initiative, and the services still answer."""
    found = results(seeded, "programme-citizens")
    cited = [c["url"] for each in found for s in each["answer"]["sentences"] for c in s["citations"]]
    assert not [url for url in cited if "/programme/" in url or "work-programme" in url]
    assert sum(each["passed"] for each in found) >= 0.95 * len(found)
