"""The embedding model is damaged while people ask: it is made again, and nobody has to come."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress

import httpx
import numpy as np
import pytest

from ingest import recovering
from ingest.embedding import OnnxEmbedder, exported
from ingest.errors import EmbedderError
from ingest.recovering import RecoveringEmbedder
from tests.contract.fault_report import acknowledged_lost, report
from tests.contract.traffic import Traffic
from tests.serving import serving, without_memory
from tests.web.conftest import PAGES

QUESTION = "How much does a standard passport cost?"
PATIENCE = 60


@pytest.fixture
def copy(models, tmp_path):
    """A copy of the exported model that may be damaged."""
    target = exported(tmp_path)
    shutil.copytree(exported(models), target)
    return target


@pytest.fixture
def settings(tmp_path):
    """An installation without the memory of answers."""
    return without_memory(tmp_path)


def overwrite(file):
    """Write nonsense over the middle of a file, as a failing disk does; its length stays."""
    with file.open("r+b") as opened:
        opened.seek(1_000_000)
        opened.write(b"\x7f" * 40_000_000)


def wait_for(true):
    """Until that holds; raises `AssertionError` after a while."""
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("spare", [True, False] if "FAULTS_REPORT" in os.environ else [True])
def test_weights_are_overwritten_while_people_ask(settings, copy, models, spare):
    """Wrong vectors are noticed, and the model is there again: from its spare copy, else made anew."""
    whole = OnnxEmbedder(exported(models)).embed([QUESTION])
    if spare:
        recovering.keep_spare(copy)
    embedder = RecoveringEmbedder(OnnxEmbedder(copy), lambda: recovering.remade(copy))
    with serving(settings, PAGES, embedder) as address, Traffic([address]).running() as traffic:
        traffic.until("answered")
        at = time.monotonic()
        overwrite(copy / "model.weights")
        wait_for(lambda: any(each.name.endswith(".damaged") for each in copy.parent.iterdir()))
        wait_for(lambda: not embedder._damaged)
        well = time.monotonic()
        traffic.until("answered")
        lost = acknowledged_lost(traffic, address)
    how = "a spare copy" if spare else "a new export"
    report(f"Embedder's file overwritten, {how}", traffic, lost, traffic.back(well) + well - at)
    assert set(traffic.endings) <= {"answered", "error_check", "not_found"}
    assert lost == 0
    assert np.allclose(embedder.embed([QUESTION]), whole, atol=1e-5)


def test_the_embedder_fails_altogether_while_people_ask(settings, copy, monkeypatch):
    """Nothing unchecked is shown meanwhile, and questions are answered again without a person."""
    embedder = RecoveringEmbedder(OnnxEmbedder(copy), lambda: recovering.remade(copy), every=0.2)

    def broken(*_, **__):
        raise RuntimeError("no memory")

    with serving(settings, PAGES, embedder) as address, Traffic([address]).running() as traffic:
        traffic.until("answered")
        at = time.monotonic()
        for session in ("_session", "_questions"):
            monkeypatch.setattr(embedder._now, session, type("Broken", (), {"run": broken})())
        traffic.until("error_check", count=1)
        traffic.until("answered")
        lost = acknowledged_lost(traffic, address)
    report("Embedder fails", traffic, lost, traffic.back(at))
    assert (traffic.endings, lost) == (["answered", "error_check"], 0)


def test_where_one_copy_fails_the_other_reads(copy, monkeypatch):
    """A question is read from the exact weights where the copy for questions cannot be used."""
    embedder = OnnxEmbedder(copy)
    usual = embedder.read(QUESTION)
    monkeypatch.setattr(embedder, "_questions", object())
    assert float((embedder.read(QUESTION) @ usual.T)[0, 0]) > 0.99


def test_where_it_cannot_be_made_again_the_process_asks_to_be_restarted(settings, copy, monkeypatch):
    """As in a read-only container: /healthz says so until somebody puts the file back, then it goes on."""
    fails = [True]

    def remake():
        if fails[0]:
            raise EmbedderError("read-only")
        return OnnxEmbedder(copy)

    embedder = RecoveringEmbedder(OnnxEmbedder(copy), remake, every=0)
    with serving(settings, PAGES, embedder) as address:
        assert httpx.get(f"{address}/healthz", trust_env=False).status_code == 200
        broken = EmbedderError("damaged")
        monkeypatch.setattr(embedder._now, "check", lambda **_: (_ for _ in ()).throw(broken))
        wait_for(lambda: httpx.get(f"{address}/readyz", trust_env=False).status_code == 503)
        wait_for(lambda: embedder.stuck)
        health = httpx.get(f"{address}/healthz", trust_env=False)
        assert (health.status_code, health.json()["type"]) == (503, "/problems/restart-needed")
        assert health.json()["what_to_do"].startswith("Restart the service")
        with pytest.raises(EmbedderError, match="cannot be made again here"):
            embedder.read(QUESTION)
        fails[0] = False
        wait_for(lambda: httpx.get(f"{address}/readyz", trust_env=False).status_code == 200)
        assert httpx.get(f"{address}/healthz", trust_env=False).status_code == 200


def test_what_pages_are_embedded_by_is_looked_at_where_it_is_used(copy, monkeypatch):
    """What fails there does not show in questions; whoever embeds notices, and it is made good as well."""
    embedder = RecoveringEmbedder(OnnxEmbedder(copy), lambda: OnnxEmbedder(copy), every=0)
    broken = embedder._now
    monkeypatch.setattr(broken, "_session", object())
    assert embedder.read(QUESTION).any()

    def embeds():
        with suppress(EmbedderError):
            return embedder.embed([QUESTION]).any()
        return False

    wait_for(embeds)
    assert embedder._now is not broken


def test_what_reads_pages_is_given_back_when_no_page_came_for_a_while(copy):
    """Its memory is free while only questions are asked, and not before; the next page is read as before."""
    time_now = [0.0]
    embedder = RecoveringEmbedder(
        OnnxEmbedder(copy), lambda: OnnxEmbedder(copy), every=0, clock=lambda: time_now[0]
    )

    def while_embedding(_):
        time_now[0] += recovering.RESTS_AFTER
        embedder._looking.acquire()
        embedder._check()
        assert embedder._now._session is not None

    before = embedder.embed([QUESTION], while_embedding)
    assert embedder.read(QUESTION).any()
    assert embedder._now._session is not None
    time_now[0] += recovering.RESTS_AFTER
    wait_for(lambda: embedder.read(QUESTION).any() and embedder._now._session is None)
    assert (embedder.embed([QUESTION]) == before).all()
