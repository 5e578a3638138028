"""The Model Context Protocol, asked by the official client over HTTP."""

from __future__ import annotations

from types import SimpleNamespace

import anyio
import pytest
from mcp.client.client import Client

from assistant import FirstHelp
from tests.web.conftest import PASSPORT
from web.admission import Admission
from web.challenge import Challenges
from web.mcp_endpoint import Endpoint
from web.observing.figures import Figures
from web.rates import Rates
from web.settings import Settings

pytestmark = pytest.mark.anyio

RENEW = "How do I renew a passport?"


@pytest.fixture
async def client(address):
    """Connected to the service."""
    async with Client(f"{address}/mcp") as client:
        yield client


async def test_three_tools_and_all_of_them_only_read(client):
    """Nothing that a model calls here can change anything."""
    tools = (await client.list_tools()).tools
    assert {each.name for each in tools} == {"ask", "search_pages", "get_page"}
    assert all(each.annotations.read_only_hint and not each.annotations.destructive_hint for each in tools)
    assert all(each.description and each.input_schema["properties"] for each in tools)


async def test_an_answer_comes_with_text_and_citations(client):
    """Markdown to show, and the whole answer to check."""
    given = (await client.call_tool("ask", {"question": RENEW})).structured_content
    assert "1. Fill in the renewal form. [1]" in given["text"]
    assert given["answer"]["sentences"][0]["citations"][0]["quote"] == "Fill in the renewal form."
    asked = {"question": "How much does it cost?", "earlier_questions": [RENEW]}
    follow_up = (await client.call_tool("ask", asked)).structured_content
    assert "$100" in follow_up["text"]


async def test_a_page_is_found_and_read(client):
    """By identifier or by address, with what in it is not checked."""
    found = (await client.call_tool("search_pages", {"query": "passport", "limit": 1})).structured_content
    (page,) = found["pages"]
    for name in (page["page_id"], page["url"]):
        read = (await client.call_tool("get_page", {"page": name})).structured_content
        assert read["text"] == PASSPORT.text
        assert read["not_checked"] == ["You must pay the passport fee by card."]


async def test_what_goes_wrong_is_told_with_what_to_do(client):
    """An empty question, an unknown page, a number out of range: errors of the tool, not of the service."""
    for tool, arguments, says in (
        ("ask", {"question": " "}, "empty"),
        ("get_page", {"page": "nothing"}, "Use search_pages"),
        ("search_pages", {"query": "passport", "limit": 1000}, "less than or equal to 20"),
    ):
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        assert says in result.content[0].text


async def test_personal_information_does_not_come_back(client):
    """The question in the answer is redacted."""
    result = await client.call_tool("ask", {"question": f"My IRD number is 49-091-850. {RENEW}"})
    assert "49-091-850" not in str(result)


async def test_a_library_that_cannot_be_opened_holds_no_request_up(monkeypatch):
    """The request ends with the error, and its place goes to the next."""

    def broken(*_):
        raise ImportError("no mcp")

    monkeypatch.setattr("web.mcp_endpoint._built", broken)
    settings = Settings(_env_file=None)
    rates = Rates.build(settings)
    endpoint = Endpoint(rates, Challenges(settings, rates), Admission(1, 0, Figures()), FirstHelp())
    scope = {"type": "http", "client": ("203.0.113.1", 1), "headers": []}
    async with endpoint.serving(SimpleNamespace(access=None), "1"):
        for _ in range(2):
            with anyio.fail_after(30), pytest.raises(ImportError):
                await endpoint(scope, None, None)
