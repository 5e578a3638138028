"""MultiDoc2Dial's dialogues (Feng et al., 2021) as cases: each question of a user to which an agent replied.

Layout, as its own README describes it: `dial_data.<domain>[].turns[]` with `turn_id`, `role`, `da` (dialogue
act), `utterance` and `references[]` (`doc_id`, `id_sp`, `label`); documents in `multidoc2dial_doc.json` as
`doc_data.<domain>.<doc_id>` with `doc_text` and `spans`. Doc2Dial, which came before it, groups dialogues by
document: `dial_data.<domain>.<document>[]`. A user's reply to the agent's question (`response_*`) is none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from evals.suite import Case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

DOCUMENTS = "multidoc2dial_doc*.json"
DIALOGUES = ("*dial_test*.json", "*dial_validation*.json", "*dial_train*.json", "*dial_*.json")
"""The split that is read from a folder: the first that it holds and that has dialogues."""

_ADDRESS = "urn:page:"
_NO_SOLUTION = "respond_no_solution"

Spans = dict[tuple[str, str], str]


def read(path: Path) -> list[Case]:
    """The cases of a dialogue file, or of a folder with one and its documents.

    The user's earlier turns are the history. With the documents, the first span that is marked as the
    solution is the expected fact.
    """
    folder = path if path.is_dir() else path.parent
    spans = _spans(folder)
    for file in _files(path):
        given = json.loads(file.read_text(encoding="utf-8"))
        cases = [
            case
            for domain, dialogue in _dialogues(given["dial_data"])
            for case in _cases(domain, dialogue, spans)
        ]
        if cases or file == path:
            return cases
    raise ValueError("it holds no dialogues (*dial_validation*.json)")


def documents(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Identifier, title and text of every document of the folder."""
    for file in sorted(folder.glob(DOCUMENTS)):
        held: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))["doc_data"]
        for of_domain in held.values():
            for identifier, each in of_domain.items():
                yield identifier, str(each.get("title") or identifier), str(each["doc_text"]).strip()


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return list(dict.fromkeys(file for pattern in DIALOGUES for file in sorted(path.glob(pattern))))


def _spans(folder: Path) -> Spans:
    found: Spans = {}
    for file in sorted(folder.glob(DOCUMENTS)):
        held = json.loads(file.read_text(encoding="utf-8"))["doc_data"]
        for of_domain in held.values():
            for identifier, each in of_domain.items():
                for span, value in (each.get("spans") or {}).items():
                    found[identifier, str(span)] = str(value["text_sp"]).strip()
    return found


def _dialogues(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for domain, held in data.items():
        groups = held.values() if isinstance(held, dict) else [held]
        for group in groups:
            for dialogue in group:
                yield domain, dialogue


def _cases(domain: str, dialogue: dict[str, Any], spans: Spans) -> Iterator[Case]:
    turns: list[dict[str, Any]] = dialogue["turns"]
    asked: list[str] = []
    for at, turn in enumerate(turns):
        if turn["role"] != "user":
            continue
        reply = next((each for each in turns[at + 1 :] if each["role"] == "agent"), None)
        if reply is not None and str(turn.get("da") or "query").startswith("query"):
            yield from _case(domain, dialogue["dial_id"], turn, reply, tuple(asked), spans)
        asked.append(turn["utterance"])


def _case(
    domain: str,
    dialogue: str,
    turn: dict[str, Any],
    reply: dict[str, Any],
    asked: tuple[str, ...],
    spans: Spans,
) -> Iterator[Case]:
    unanswered = reply.get("da") == _NO_SOLUTION
    pages = () if unanswered else _pages(reply)
    if pages or unanswered:
        yield Case(
            id=f"{dialogue}-{turn['turn_id']}",
            question=turn["utterance"],
            history=asked,
            pages=pages,
            facts=_facts(reply, spans) if pages else (),
            answerable=not unanswered,
            tags={"source": "multidoc2dial", "topic": domain},
        )


def _pages(reply: dict[str, Any]) -> tuple[str, ...]:
    names = [str(each["doc_id"]) for each in reply.get("references") or () if "doc_id" in each]
    return tuple(f"{_ADDRESS}{name}" for name in dict.fromkeys(names))


def _facts(reply: dict[str, Any], spans: Spans) -> tuple[str, ...]:
    marked = [each for each in reply["references"] if each.get("label") == "solution"]
    texts = [spans.get((str(each.get("doc_id")), str(each.get("id_sp"))), "") for each in marked]
    return tuple(text for text in texts if text)[:1]
