"""The document's examples are true: each is what its route takes and gives."""

from __future__ import annotations

import jsonschema
import pytest

PUBLIC = (
    ("post", "/v1/answers"),
    ("get", "/v1/citations/{identifier}"),
    ("get", "/v1/conversations/{identifier}"),
    ("post", "/v1/feedback"),
    ("get", "/v1/models"),
    ("post", "/v1/chat/completions"),
    ("get", "/v1/service"),
    ("get", "/v1/programme"),
)


@pytest.fixture
def document(client):
    """The OpenAPI document as it is served."""
    return client.get("/openapi.json").json()


@pytest.mark.parametrize(("method", "path"), PUBLIC)
def test_a_public_route_shows_what_it_takes_and_gives(document, method, path):
    """With an example that its own schema accepts."""
    operation = document["paths"][path][method]
    bodies = [next(each for status, each in operation["responses"].items() if status.startswith("2"))]
    bodies += [operation["requestBody"]] if "requestBody" in operation else []
    for body in bodies:
        content = body["content"]["application/json"]
        schema = content["schema"] | {"components": document["components"]}
        jsonschema.validate(content["example"], schema, cls=jsonschema.Draft202012Validator)


def test_the_example_of_a_question_can_be_asked(client, document):
    """Whoever copies it gets an answer."""
    body = document["paths"]["/v1/answers"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert client.post("/v1/answers", json=body).status_code == 200
