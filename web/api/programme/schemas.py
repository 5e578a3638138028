"""Each kind's fields in the OpenAPI document, which routes alike for all kinds would not name."""

from __future__ import annotations

from typing import Any

from assistant.programme import load_catalogue, schema

PREFIX = "#/components/schemas/"


def add_kinds(document: dict[str, Any]) -> None:
    """Add a schema a kind, and name the kinds where an address takes one."""
    kinds = load_catalogue().kinds
    components = document["components"]["schemas"]
    for kind in kinds.values():
        components[_name(kind.name)] = {k: v for k, v in schema(kind).items() if k != "$schema"}
    refs = [{"$ref": f"{PREFIX}{_name(name)}"} for name in kinds]
    for model in ("RecordView", "Write"):
        components[model]["properties"]["fields"]["description"] = "One of the schemas of fields, by kind."
        components[model]["properties"]["fields"]["anyOf"] = [{"type": "object"}, *refs]
    for path, item in document["paths"].items():
        if path.startswith("/v1/programme/"):
            _name_kinds(item, list(kinds))


def _name_kinds(item: dict[str, Any], kinds: list[str]) -> None:
    for operation in item.values():
        for parameter in operation.get("parameters", []):
            if parameter["name"] == "kind" and parameter["in"] == "path":
                parameter["schema"]["enum"] = kinds


def _name(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("-")) + "Fields"
