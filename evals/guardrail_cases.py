"""Makes the case files of the guards: identifiers and names in written sentences, and written cases.

`python -m evals.guardrail_cases` writes `evals/suites/guardrails/*.jsonl`; the same seed gives the same
files. Sentences are own work (CC0), in `written.toml` and `templates.toml` there.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.made_identifiers import Identifiers

FOLDER = Path(__file__).parent / "suites" / "guardrails"
SEED = 20261123
Case = dict[str, Any]


def span(text: str, placeholder: str, value: str, type_: str) -> tuple[str, list[Case]]:
    """The sentence with the value in its place, and where it stands."""
    start = text.index(placeholder)
    return text.replace(placeholder, value, 1), [{"type": type_, "start": start, "end": start + len(value)}]


def identifier_cases(templates: Mapping[str, list[str]], public: list[str], each: int) -> Iterator[Case]:
    """`each` sentences for every type of identifier, and those in which nothing is personal."""
    make = Identifiers(SEED)
    for type_, sentences in templates.items():
        for n in range(each):
            text, spans = span(sentences[n % len(sentences)], "{}", make.make(type_), type_)
            yield {"text": text, "spans": spans}
    for text in public:
        yield {"text": text, "spans": []}


def name_cases(names: Mapping[str, list[str]]) -> Iterator[Case]:
    """Names in unseen sentences, half of them typed without capitals; sentences without a name."""
    make, chance = Identifiers(SEED + 1), random.Random(SEED + 1)
    for n, template in enumerate(names["templates"] * 8):
        name = make.person() if n % 2 else chance.choice(names["full"])
        yield _named(template, name, n)
    for n, template in enumerate(names["single_templates"] * 6):
        yield _named(template, chance.choice(names["single"]), n // 3)
    for text in names["none"]:
        yield {"text": text, "spans": []}


def _named(template: str, name: str, n: int) -> Case:
    if n % 4 in {1, 2}:
        template, name = template.lower(), name.lower()
    text, spans = span(template, "{}", name, "PERSON")
    return {"text": text, "spans": spans}


def misspell(text: str, chance: random.Random) -> str:
    """The text with one slip in a longer word: two letters swapped, one lost or one doubled."""
    words = text.split(" ")
    places = [n for n, word in enumerate(words) if len(word) > 4 and word.isascii() and word.isalpha()]
    if not places:
        return text
    n = chance.choice(places)
    word, at = words[n], chance.randrange(1, len(words[n]) - 2)
    slips = [
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    ]
    words[n] = chance.choice(slips)
    return " ".join(words)


def crisis_cases(positive: Mapping[str, list[str]], negative: Mapping[str, list[str]]) -> Iterator[Case]:
    """Each crisis text as written, in capitals or without macrons, and with a slip; and what is no crisis."""
    chance = random.Random(SEED + 2)
    for category, texts in positive.items():
        for text in texts:
            yield {"text": text, "group": category, "expect": "crisis", "variant": "written"}
            yield {
                "text": misspell(text, chance),
                "group": category,
                "expect": "crisis",
                "variant": "misspelt",
            }
    for group, texts in negative.items():
        for text in texts:
            yield {"text": text, "group": group, "expect": "pass", "variant": "written"}


def grouped(groups: Mapping[str, list[str]], expect: str) -> Iterator[Case]:
    """The texts of each group with what is expected of them."""
    return (
        {"text": text, "group": group, "expect": expect} for group, texts in groups.items() for text in texts
    )


def ordinary_cases(written: list[str], ordinary: Mapping[str, list[str]]) -> Iterator[Case]:
    """Ordinary questions about services: the written ones and each service asked about in different ways."""
    for text in written:
        yield {"text": text, "expect": "pass"}
    for n, service in enumerate(ordinary["services"]):
        for question in (ordinary["questions"] * 2)[n % 10 : n % 10 + 9]:
            yield {"text": question.replace("{}", service), "expect": "pass"}


def grounding_cases(grounding: Mapping[str, Any]) -> Iterator[Case]:
    """Sentences with the passage that they cite, supported or not."""
    for expect, key in ((True, "supported"), (False, "unsupported")):
        for passage, sentence in grounding[key]:
            yield {"text": sentence, "passage": grounding["passages"][passage], "expect": expect}


def suites() -> dict[str, list[Case]]:
    """All cases by the name of their file."""
    written = tomllib.loads((FOLDER / "written.toml").read_text(encoding="utf-8"))
    templates = tomllib.loads((FOLDER / "templates.toml").read_text(encoding="utf-8"))
    unseen = tomllib.loads((FOLDER / "unseen.toml").read_text(encoding="utf-8"))
    scope = [*grouped(written["scope"], "refuse"), *grouped(written["notices"], "notice")]
    clean_and_bad = {
        name: [
            *grouped({"clean": written[name]["clean"]}, "pass"),
            *grouped({"bad": written[name]["bad"]}, "find"),
        ]
        for name in ("answers", "pages")
    }
    return {
        "identifiers": list(identifier_cases(templates["identifiers"], templates["public"]["texts"], 36)),
        "names": list(name_cases(templates["names"])),
        "crisis": list(crisis_cases(written["crisis"], written["crisis_negatives"])),
        "attacks": list(grouped(written["attacks"], "refuse")),
        "scope": scope,
        "ordinary": list(ordinary_cases(written["ordinary"]["written"], templates["ordinary"])),
        "grounding": list(grounding_cases(templates["grounding"])),
        "unseen": [
            *grouped(unseen["crisis"], "crisis"),
            *grouped(unseen["crisis_negatives"], "pass"),
            *grouped(unseen["attacks"], "refuse"),
        ],
        **clean_and_bad,
    }


def main() -> None:
    """Write the case files."""
    for name, cases in suites().items():
        lines = (
            json.dumps({"id": f"{name}-{n:04}", **case}, ensure_ascii=False)
            for n, case in enumerate(cases, 1)
        )
        (FOLDER / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
