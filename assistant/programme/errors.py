"""The errors of the work programme's records, under the assistant's root.

ProgrammeError              anything the records cannot do; says what to do
├── CatalogueError          a file of kinds, initiatives, seeds or controls is malformed
├── UnknownKind             no such kind of record
├── UnknownRecord           no such record, or not one that this person may see
├── UnknownBehaviour        the kind has no such view or action
├── InvalidRecord           values that do not fit the kind; `problems` names each field
├── StaleRecord             somebody else changed the record meanwhile
├── MissingVersion          a change that does not say which version it changes
├── NotAllowed              the person's roles do not allow it
├── WrongState              the record's state does not allow it
└── BadQuery                a filter, order or page that the kind does not have
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import AssistantError

if TYPE_CHECKING:
    from collections.abc import Mapping


class ProgrammeError(AssistantError):
    """Anything the records cannot do."""


class CatalogueError(ProgrammeError):
    """A data file of the programme is malformed."""

    what_to_do = "Restore the file from the release, or correct the line that is named."


class UnknownKind(ProgrammeError):
    """No such kind of record."""

    what_to_do = "GET /v1/programme/kinds lists the kinds."


class UnknownRecord(ProgrammeError):
    """No such record, or it is not public."""

    what_to_do = "Check the address; a record that is removed or still a draft is not public."


class UnknownBehaviour(ProgrammeError):
    """The kind has no such view or action."""

    what_to_do = "GET /v1/programme/kinds/{kind} lists the views and actions."


class InvalidRecord(ProgrammeError):
    """Values that do not fit the kind; `problems` maps each field to what is wrong with it."""

    what_to_do = "Correct the fields that are named; GET /v1/programme/kinds/{kind}/schema describes them."

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in problems.items()))
        self.problems = dict(problems)


class StaleRecord(ProgrammeError):
    """Somebody else changed the record after it was read."""

    what_to_do = "Read the record again, make your change to the new version, and send its ETag in If-Match."


class MissingVersion(ProgrammeError):
    """A change that does not say which version it changes."""

    what_to_do = "Read the record and send its ETag in the If-Match header."


class NotAllowed(ProgrammeError):
    """The person's roles do not allow it."""

    what_to_do = "Ask somebody with one of the named roles."


class WrongState(ProgrammeError):
    """The record's state does not allow it."""

    what_to_do = "Look at the record's history and at the moves that its state allows."


class BadQuery(ProgrammeError):
    """A filter, order or page that the kind does not have."""

    what_to_do = "GET /v1/programme/kinds/{kind} lists the fields."
