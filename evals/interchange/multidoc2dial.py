"""MultiDoc2Dial's dialogues (Feng et al., 2021) as cases: each user turn that an agent grounds in a document.

Layout: `dial_data.<domain>[].turns[]` with role, utterance and `references[].doc_id`; older files group
dialogues by document: `dial_data.<domain>.<document>[]`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from evals.suite import Case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read(path: Path) -> list[Case]:
    """The cases of a dialogue file, with the user's earlier turns as history."""
    given = json.loads(path.read_text(encoding="utf-8"))
    return [case for domain, dialogue in _dialogues(given["dial_data"]) for case in _cases(domain, dialogue)]


def _dialogues(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for domain, held in data.items():
        groups = held.values() if isinstance(held, dict) else [held]
        for group in groups:
            for dialogue in group:
                yield domain, dialogue


def _cases(domain: str, dialogue: dict[str, Any]) -> Iterator[Case]:
    turns: list[dict[str, Any]] = dialogue["turns"]
    asked: list[str] = []
    for at, turn in enumerate(turns):
        if turn["role"] != "user":
            continue
        reply = next((each for each in turns[at + 1 :] if each["role"] == "agent"), None)
        pages = _documents(reply) if reply else ()
        if pages:
            yield Case(
                id=f"{dialogue['dial_id']}-{turn['turn_id']}",
                question=turn["utterance"],
                history=tuple(asked),
                pages=pages,
                tags={"source": "multidoc2dial", "topic": domain},
            )
        asked.append(turn["utterance"])


def _documents(turn: dict[str, Any]) -> tuple[str, ...]:
    names = [str(each["doc_id"]) for each in turn.get("references") or () if "doc_id" in each]
    return tuple(f"urn:page:{name}" for name in dict.fromkeys(names))
