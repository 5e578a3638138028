"""promptfoo's test cases as YAML: `vars.question` and assertions of the kinds contains and not-contains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from evals.suite import Case

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_FACTS = {
    "contains": "facts",
    "icontains": "facts",
    "not-contains": "forbidden",
    "not-icontains": "forbidden",
}


def rows(text: str) -> Iterator[tuple[int, Any]]:
    """The tests of a list, or of a configuration with `tests`, each with the line that it begins on."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if isinstance(root, yaml.MappingNode):
        root = next((value for key, value in root.value if key.value == "tests"), None)
    if not isinstance(root, yaml.SequenceNode):
        raise ValueError("it needs a list of tests")
    for node in root.value:
        loader = yaml.SafeLoader("")
        yield node.start_mark.line + 1, loader.construct_document(node)


def _stated(assertions: Any) -> dict[str, list[str]]:
    if not isinstance(assertions, list) or not all(isinstance(each, dict) for each in assertions):
        raise ValueError("its assert is no list of mappings")
    found: dict[str, list[str]] = {"facts": [], "forbidden": []}
    for each in assertions:
        kind, value = each.get("type"), each.get("value")
        if isinstance(kind, str) and kind in _FACTS and isinstance(value, str):
            found[_FACTS[kind]].append(value)
    return found


def write(cases: Sequence[Case], path: Path) -> None:
    """Tests for a prompt with {{question}}."""
    text = yaml.safe_dump([_test(case) for case in cases], allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def case_of(at: int, test: Any) -> Case:
    """The case of a test; assertions of other kinds are left out."""
    given = test.get("vars") if isinstance(test, dict) else None
    if not isinstance(given, dict) or not (given.get("question") or given.get("query") or given.get("input")):
        raise ValueError("it needs vars with a question")
    found = _stated(test.get("assert") or [])
    stated = test.get("metadata") or {}
    if not isinstance(stated, dict):
        raise ValueError("its metadata is no mapping")
    metadata = {str(key): str(value) for key, value in stated.items()}
    return Case(
        id=metadata.pop("id", f"promptfoo-{at}"),
        question=str(given.get("question") or given.get("query") or given["input"]),
        pages=tuple(filter(None, metadata.pop("pages", "").split(" "))),
        facts=tuple(found["facts"]),
        forbidden=tuple(found["forbidden"]),
        tags={"source": "promptfoo", **metadata},
    )


def _test(case: Case) -> dict[str, Any]:
    asserts = [{"type": "contains", "value": fact} for fact in case.facts]
    asserts += [{"type": "not-contains", "value": text} for text in case.forbidden]
    metadata = {"id": case.id, "pages": " ".join(case.pages), **case.tags}
    return {
        "description": case.question,
        "vars": {"question": case.question},
        "assert": asserts,
        "metadata": metadata,
    }
