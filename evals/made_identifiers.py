"""Random New Zealand identifiers in the ways in which people write them, for the cases of the guards.

Names, streets and addresses come from Faker en_NZ (MIT). No identifier belongs to anybody on purpose: check
digits are computed for random digits, and NHI numbers begin with the test letter Z.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from faker import Faker
from stdnum import luhn
from stdnum.nz import bankaccount, ird

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
                f"+64 21 {digits[:3]} {digits[3:]}",
                f"0{self._random.choice('34679')} 3{digits[:2]} {digits[2:6]}",
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
        number = self._random.choice(["", "2/", "", "Flat 3, "])
        house = f"{number}{self._random.randint(1, 420)}"
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
