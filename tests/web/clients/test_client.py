"""The service's own client."""

from __future__ import annotations

import pytest

from assistant import Final, SentenceReady
from web.client import Client, ServiceError

pytestmark = pytest.mark.anyio

RENEW = "How do I renew a passport?"


async def test_ask_follow_up_check_report_forget(address):
    """The whole of a conversation, typed."""
    async with Client(address) as client:
        first = await client.ask(RENEW)
        events = [each async for each in client.stream("How much does it cost?", first.conversation_id)]
        assert isinstance(events[-1], Final)
        assert any(isinstance(each, SentenceReady) for each in events)
        checked = await client.citation(first.sentences[0].citations[0].id)
        assert checked.quote == first.sentences[0].citations[0].quote
        assert (await client.report(first, ("wrong",), "The form has another name")).startswith("f_")
        assert len(await client.conversation(first.conversation_id)) == 2
        await client.forget(first.conversation_id)
        with pytest.raises(ServiceError) as gone:
            await client.conversation(first.conversation_id)
        assert gone.value.status == 404
        assert gone.value.what_to_do


async def test_an_unreachable_service_says_so():
    """No traceback of a library, but what to do."""
    async with Client("http://127.0.0.1:9", timeout=1) as client:
        with pytest.raises(ServiceError, match="cannot be reached"):
            await client.ask(RENEW)
        with pytest.raises(ServiceError, match="cannot be reached"):
            await anext(client.stream(RENEW))


async def test_llms_txt_names_every_way_in(address):
    """Software that reads /llms.txt finds the API, the OpenAI-compatible routes and MCP, and they exist."""
    async with Client(address) as client:
        text = (await client._send("GET", "/llms.txt")).text
        assert text.startswith("# govt-assistant")
        for path in ("/openapi.json", "/v1/models", "/how-it-works"):
            assert f"{address}{path}" in text
            await client._send("GET", path)
        assert f"{address}/mcp" in text
