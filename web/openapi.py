"""The OpenAPI document, with the events of the answer stream, which a schema of bodies alone would miss."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from web.api.programme import add_kinds
from web.problems import MEDIA_TYPE, Problem
from web.stream import EVENTS

if TYPE_CHECKING:
    from fastapi import FastAPI

_REFERENCE = "#/components/schemas/{model}"


def describe(app: FastAPI) -> None:
    """Give `app` a document that names every event of `POST /v1/answers`."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            _add_events(schema)
            add_kinds(schema)
            _tell_problems(schema)
            _add_examples(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the way FastAPI documents for extending the schema


def _tell_problems(schema: dict[str, Any]) -> None:
    """Errors are problem details, in their own media type, but where a route has another protocol's form."""
    components = schema["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template=_REFERENCE)
    components["Problem"] = problem
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    for path in schema["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status[0] in "45" and _is_problem(response):
                    response["content"] = {
                        MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model="Problem")}}
                    }


def _is_problem(response: dict[str, Any]) -> bool:
    stated = response.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    return not stated or stated.endswith(("/Problem", "/HTTPValidationError"))


def _add_examples(schema: dict[str, Any]) -> None:
    """What a running service was asked and answered: `scripts/record_examples.py` recorded it."""
    recorded = json.loads(files("web").joinpath("openapi_examples.json").read_text(encoding="utf-8"))
    for route, example in recorded.items():
        method, path = route.split(" ")
        operation = schema["paths"][path][method.lower()]
        if "request" in example:
            operation["requestBody"]["content"]["application/json"]["example"] = example["request"]
        given = next(status for status in operation["responses"] if status.startswith("2"))
        content = operation["responses"][given].get("content", {})
        if "response" in example and "application/json" in content:
            content["application/json"]["example"] = example["response"]


def _add_events(schema: dict[str, Any]) -> None:
    components = schema["components"]["schemas"]
    refs = {}
    for name, kind in EVENTS.items():
        event = TypeAdapter(kind).json_schema(ref_template=_REFERENCE)
        components |= event.pop("$defs", {})
        components[f"{kind.__name__}Event"] = event
        refs[name] = {"$ref": _REFERENCE.format(model=f"{kind.__name__}Event")}
    content = schema["paths"]["/v1/answers"]["post"]["responses"]["200"]["content"]
    content["text/event-stream"] = {
        "schema": {
            "description": "Server-sent events; `event` names the type of `data`; `final` or `error` ends.",
            "oneOf": list(refs.values()),
            "x-events": refs,
        }
    }
