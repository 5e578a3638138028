"""The OpenAI-compatible routes, asked by the clients that people have."""

from __future__ import annotations

import openai
import pytest
from langchain_openai import ChatOpenAI

RENEW = {"role": "user", "content": "How do I renew a passport?"}


@pytest.fixture(scope="module")
def client(address):
    """OpenAI's own client."""
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def test_the_one_model_is_listed(client):
    """A client that lists models finds the one that there is."""
    assert [each.id for each in client.models.list()] == ["govt-assistant"]
    assert client.models.retrieve("govt-assistant").owned_by == "govt-assistant"


def test_a_completion_carries_its_citations(client):
    """Steps as Markdown with numbers; each number is a citation whose quote can be checked."""
    given = client.chat.completions.create(model="govt-assistant", messages=[RENEW])
    message = given.choices[0].message
    assert "1. Fill in the renewal form. [1]" in message.content
    assert given.citations[0]["quote"] == "Fill in the renewal form."
    (source,) = [line for line in message.content.splitlines() if "](https://" in line]
    assert source.startswith("- [1] [2] [3] "), "a page that is quoted often is named once"
    found = message.annotations[0].url_citation
    assert message.content[found.start_index : found.end_index] == "[1]"
    assert found.url == given.citations[0]["url"]
    assert given.usage.total_tokens == given.usage.prompt_tokens + given.usage.completion_tokens > 0


def test_a_stream_says_the_same_with_the_same_citations(client):
    """Chunks put together are the whole; citations come with each sentence and whole at the end."""
    whole = client.chat.completions.create(model="govt-assistant", messages=[RENEW])
    text, cited, last = "", [], None
    options = {"include_usage": True}
    with client.chat.completions.create(
        model="govt-assistant", messages=[RENEW], stream=True, stream_options=options
    ) as stream:
        for chunk in stream:
            if chunk.usage:
                last = chunk
            for choice in chunk.choices:
                text += choice.delta.content or ""
                if choice.finish_reason:
                    final = chunk.citations
                elif getattr(chunk, "citations", None):
                    cited += chunk.citations
    assert text == whole.choices[0].message.content
    assert final == whole.citations
    assert cited == final[: len(cited)]
    assert last.usage == whole.usage


def test_earlier_messages_are_history_and_nothing_is_kept(client, address):
    """ "How much does it cost?" is understood from the message before it."""
    asked = [
        RENEW,
        {"role": "assistant", "content": "..."},
        {"role": "user", "content": "How much does it cost?"},
    ]
    given = client.chat.completions.create(model="govt-assistant", messages=asked, temperature=0)
    assert "$100" in given.choices[0].message.content
    assert given.outcome == "answered"


def test_a_crisis_gives_numbers_first(client):
    """Text-only software shows 111 and 1737 before anything else."""
    asked = [{"role": "user", "content": "I want to kill myself"}]
    whole = client.chat.completions.create(model="govt-assistant", messages=asked).choices[0].message.content
    assert "111" in whole.splitlines()[0]
    assert "1737" in whole
    streamed = client.chat.completions.create(model="govt-assistant", messages=asked, stream=True)
    assert "".join(each.choices[0].delta.content or "" for each in streamed) == whole


@pytest.mark.parametrize(
    ("body", "error", "says"),
    [
        ({"model": "gpt-4", "messages": [RENEW]}, openai.NotFoundError, "govt-assistant"),
        ({"messages": [{"role": "user", "content": " "}]}, openai.UnprocessableEntityError, "empty"),
        ({"messages": [{"role": "system", "content": "x"}]}, openai.UnprocessableEntityError, "role user"),
        ({"messages": []}, openai.UnprocessableEntityError, "messages"),
    ],
)
def test_what_cannot_be_answered_is_an_error_of_the_protocol(client, body, error, says):
    """The client raises its own error, whose message says what to do."""
    with pytest.raises(error, match=says):
        client.chat.completions.create(**{"model": "govt-assistant", **body})


def test_langchain_asks_and_streams(address):
    """LangChain's ChatOpenAI works with nothing but the address."""
    model = ChatOpenAI(base_url=f"{address}/v1", api_key="none", model="govt-assistant")
    said = model.invoke("How do I renew a passport?")
    assert "1. Fill in the renewal form. [1]" in said.content
    streamed = "".join(each.content for each in model.stream("How do I renew a passport?"))
    assert streamed == said.content
