"""The sections of the console, in the order of its navigation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.access import Role

if TYPE_CHECKING:
    from web.access import Person


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the navigation, for those who hold one of `roles`; for everybody where there is none."""

    name: str
    path: str
    roles: tuple[Role, ...] = ()


SECTIONS: tuple[Section, ...] = (
    Section("Overview", "/console"),
    Section("Pages", "/console/pages", (Role.EDITOR,)),
    Section("Versions", "/console/versions", (Role.EDITOR, Role.EVALUATOR)),
    Section("Topics", "/console/topics", (Role.EDITOR,)),
    Section("Reports", "/console/reports", (Role.EDITOR,)),
    Section("Off switches", "/console/switches", (Role.EDITOR, Role.ADMIN)),
    Section("Gaps", "/console/gaps", (Role.EDITOR,)),
    Section("Problems", "/console/problems", (Role.EDITOR,)),
    Section("Te reo Māori", "/console/te-reo", (Role.EDITOR, Role.EVALUATOR)),
    Section("Evaluations", "/console/evaluations", (Role.EVALUATOR,)),
    Section("Work programme", "/console/programme"),
    Section("Jobs", "/console/jobs"),
    Section("Access", "/console/access", (Role.ADMIN,)),
    Section("Audit trail", "/console/audit", (Role.ADMIN,)),
)


def sections_for(person: Person) -> list[Section]:
    """What the navigation shows to `person`."""
    return [each for each in SECTIONS if not each.roles or person.may(*each.roles)]
