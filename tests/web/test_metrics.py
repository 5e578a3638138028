"""Operators see which version answers and how old it is; readers see it where a page is too old."""

from __future__ import annotations

from datetime import timedelta

from web.main import now


def figures(client) -> dict[str, float]:
    """What /metrics tells, by name."""
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = [line.split() for line in response.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_metrics_tell_the_version_and_the_age_of_what_is_served(client):
    """The version, its size and the age of its longest unconfirmed page, as Prometheus reads them."""
    found = figures(client)
    assert (found["index_version"], found["index_pages"]) == (1, 3)
    assert 0 <= found["index_oldest_served_seconds"] < 3600
    assert found["index_pages_withheld"] == 0


def test_without_an_index_the_metrics_say_so(empty):
    """A service that has nothing to serve still answers its operator."""
    assert figures(empty)["index_version"] == 0


def test_a_page_that_nobody_has_confirmed_for_long_says_when_it_was(client):
    """In the JSON answer and on the chat page, the source says when it was last confirmed."""
    index = client.app.state.services.index
    index._now = lambda: now() + timedelta(days=400)
    index._judged_at = None
    asked = {"question": "How much does a passport cost?"}
    [source, *_] = client.post("/v1/answers", json=asked).json()["sources"]
    assert source["stale"] and source["confirmed_at"].startswith(f"{now():%Y-%m-%d}")
    page = client.post("/", data=asked)
    assert "Last confirmed at its source on" in page.text
