"""Makes the case files of the guards: generated identifiers and names in written sentences, and written
cases.

`python -m evals.guardrail_cases` writes `evals/suites/guardrails/*.jsonl`; the same seed gives the same
files. Sources: Faker en_NZ (MIT) for names, streets and telephone numbers; sentences are own work (CC0). No
identifier belongs to anybody on purpose: check digits are computed for random digits, NHI numbers begin
with the test letter Z.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from faker import Faker
from stdnum import luhn
from stdnum.nz import bankaccount, ird

FOLDER = Path(__file__).parent / "suites" / "guardrails"
SEED = 20261123
Case = dict[str, Any]

_NHI = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Identifiers:
    """Random identifiers in the ways in which people write them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._faker = Faker("en_NZ")
        self._faker.seed_instance(seed)

    def make(self, type_: str) -> str:
        """One identifier of a type, as a citizen would type it."""
        maker: Callable[[], str] = getattr(self, f"_{type_.lower()}")
        return maker()

    def _digits(self, count: int) -> str:
        return "".join(self._random.choices("0123456789", k=count))

    def _letters(self, count: int) -> str:
        letters = "".join(self._random.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=count))
        return self._random.choice([letters, letters.lower()])

    def _ird_number(self) -> str:
        while True:
            number = str(self._random.randint(10_000_001, 149_999_999))
            if ird.is_valid(number):
                break
        head, middle, tail = number[:-6], number[-6:-3], number[-3:]
        return self._random.choice([number, f"{head}-{middle}-{tail}", f"{head} {middle} {tail}"])

    def _bank_account(self) -> str:
        banks = [
            ("01", "0242"),
            ("02", "0100"),
            ("03", "0104"),
            ("06", "0005"),
            ("12", "3010"),
            ("38", "9000"),
        ]
        while True:
            bank, branch = self._random.choice(banks)
            base, suffix = "0" + self._digits(6), self._random.choice(["00", "000", "50", "025"])
            if bankaccount.is_valid(bank + branch + base + suffix):
                break
        parts = [bank, branch, base, suffix]
        return self._random.choice(["-", " ", "-", ""]).join(parts)

    def _card_number(self) -> str:
        stem = self._random.choice(["4", "51", "55"])
        body = stem + self._digits(15 - len(stem))
        number = body + luhn.calc_check_digit(body)
        groups = [number[n : n + 4] for n in range(0, 16, 4)]
        return self._random.choice(["", " ", "-"]).join(groups)

    def _nhi_number(self) -> str:
        while True:
            stem = "Z" + "".join(self._random.choices(_NHI, k=2))
            new = self._random.random() < 0.5
            body = stem + (self._digits(2) + self._random.choice(_NHI) if new else self._digits(3))
            total = sum(
                weight * (_NHI.index(c) + 1 if c.isalpha() else int(c))
                for weight, c in zip(range(7, 1, -1), body, strict=True)
            )
            if new:
                code = body + _NHI[22 - total % 23]
            elif total % 11:
                code = body + str((11 - total % 11) % 10)
            else:
                continue
            return self._random.choice([code, code.lower()])

    def _email_address(self) -> str:
        return str(self._faker.email())

    def _phone_number(self) -> str:
        digits = self._digits(7)
        return self._random.choice(
            [
                f"021 {digits[:3]} {digits[3:]}", f"027{digits}", f"022-{digits[:3]}-{digits[3:]}",
                f"+64 21 {digits[:3]} {digits[3:]}", f"0{self._random.choice('34679')} 3{digits[:2]} {digits[2:6]}",
                f"+6427{digits}",
            ]
        )  # fmt: skip

    def _passport_number(self) -> str:
        return self._random.choice(["LA", "LF", "LM", "RA", "la", "N"]) + self._digits(6)

    def _driver_licence(self) -> str:
        return self._letters(2) + self._digits(6)

    def _client_number(self) -> str:
        digits = str(self._random.randint(2, 9)) + self._digits(8)
        return self._random.choice(
            [digits, f"{digits[:3]} {digits[3:6]} {digits[6:]}", f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"]
        )

    def _student_number(self) -> str:
        return str(self._random.randint(1, 9)) + self._digits(self._random.choice([8, 9]))

    def _vehicle_plate(self) -> str:
        return self._random.choice([self._letters(3) + self._digits(3), self._letters(2) + self._digits(4)])

    def _address(self) -> str:
        number = self._random.choice(["", "2/", "14B ", "Flat 3, "])
        house = f"{number if number.endswith('/') or number.startswith('F') else ''}{self._random.randint(1, 420)}"
        kind = self._random.choice(["Street", "Road", "Avenue", "Crescent", "Terrace", "Drive", "Lane"])
        street = f"{house} {self._faker.last_name()} {kind}"
        return self._random.choice([street, street.lower(), f"PO Box {self._random.randint(100, 99999)}"])

    def _date_of_birth(self) -> str:
        day = self._faker.date_of_birth(minimum_age=1, maximum_age=90)
        return self._random.choice(
            [
                f"{day:%d/%m/%Y}",
                f"{day.day} {day:%B} {day.year}",
                f"{day.day} {day:%b} {day.year}".lower(),
                f"{day:%Y-%m-%d}",
                f"{day.day}/{day.month}/{day:%y}",
            ]
        )

    def _ip_address(self) -> str:
        return str(self._faker.ipv4_public() if self._random.random() < 0.7 else self._faker.ipv6())

    def _reference_number(self) -> str:
        digits = self._digits(6)
        return self._random.choice(
            [
                digits,
                f"A{digits}",
                f"{digits[:4]}-{digits[4:]}{self._digits(2)}",
                f"NZ{digits}",
                f"9{digits}1",
            ]
        )

    def person(self) -> str:
        """A first and a last name from Faker en_NZ."""
        return f"{self._faker.first_name()} {self._faker.last_name()}"


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
    """The text with one slip in a word of five letters or more: two letters swapped, one lost or one doubled."""
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
