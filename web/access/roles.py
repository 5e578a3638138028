"""Who may do what: three roles, and a person who holds some of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; an admin may do all that the other roles may."""

    EDITOR = "editor"
    """Keeps the content: pages, versions, topics."""
    EVALUATOR = "evaluator"
    """Runs evaluations and reads their reports."""
    ADMIN = "admin"
    """Gives and takes access, and publishes past a failing check with a reason."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has shown who they are, by a key or by signing in."""

    name: str
    roles: frozenset[Role]

    def may(self, *roles: Role) -> bool:
        """Whether this person holds one of `roles`; an admin holds them all."""
        return Role.ADMIN in self.roles or not self.roles.isdisjoint(roles)
