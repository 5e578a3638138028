"""`govt-assistant mcp`, as a desktop application starts it."""

from __future__ import annotations

import os
import sys

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.starter.conftest import ROOT

pytestmark = pytest.mark.anyio


async def test_standard_input_and_output_speak_the_protocol(models, tmp_path):
    """The official client starts the command, lists its tools and is told what an empty index needs."""
    folders = {
        "GOVT_ASSISTANT_DATA_DIR": str(tmp_path),
        "GOVT_ASSISTANT_MODELS_DIR": str(models),
        "PYTHONPATH": str(ROOT),
    }
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "web", "mcp"], env={**os.environ, **folders}, cwd=tmp_path
    )
    async with Client(stdio_client(command)) as client:
        tools = {each.name for each in (await client.list_tools()).tools}
        result = await client.call_tool("get_page", {"page": "anything"})
    assert tools == {"ask", "search_pages", "get_page"}
    assert result.is_error
    assert "govt-assistant ingest" in result.content[0].text
