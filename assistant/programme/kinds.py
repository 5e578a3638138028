"""What a kind of record is: fields, states, moves and behaviours, read from one TOML file each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

DELETED = "deleted"
"""Not a state of a kind: a removed record keeps its state and is only hidden."""


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    TAGS = "tags"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    URL = "url"
    REFERENCE = "reference"
    REFERENCES = "references"
    TABLE = "table"
    """A list of rows, each with the columns of `columns`."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KindField(_Data):
    """One field of a kind."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    type: FieldType
    label: str
    help: str = ""
    required: bool = False
    private: bool = False
    """Contact details and notes of the office: never shown to the public, never indexed."""
    computed: bool = False
    """Set by a behaviour; a person cannot write it."""
    choices: dict[str, str] = {}
    """For a choice, what may be chosen and how it is shown."""
    of: str | None = None
    """For a reference, the kind referred to."""
    columns: tuple[KindField, ...] = ()
    says: str | None = None
    """The sentence of the record's page; {value} is the value as shown, {title} the record's title."""
    prefill: Literal["controls", "principles"] | None = None
    """For a table, the checklist whose rows a new form begins with."""
    minimum: float | None = None
    maximum: float | None = None

    @property
    def many(self) -> bool:
        """Whether the value is a list."""
        return self.type in {FieldType.CHOICES, FieldType.TAGS, FieldType.REFERENCES, FieldType.TABLE}

    @property
    def numeric(self) -> bool:
        """Whether values are compared as numbers."""
        return self.type in {FieldType.INTEGER, FieldType.NUMBER}


class Move(_Data):
    """A change of state: from which states, to which, and whose roles allow it."""

    name: str
    label: str
    from_: Annotated[tuple[str, ...], Field(alias="from")]
    to: str
    roles: tuple[str, ...] = ("editor",)
    reason: bool = False
    """Whether the person must say why."""


class Expiry(_Data):
    """A move that the calendar makes: on the day after `field`, a record in `from` goes to `to`."""

    field: str
    from_: Annotated[tuple[str, ...], Field(alias="from")]
    to: str
    reason: str


class State(_Data):
    """A state that a record can be in."""

    name: str
    label: str
    public: bool = False


class Kind(_Data):
    """A kind of record; `fields` in the order in which forms and pages show them."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
    title: str
    singular: str
    summary: str
    initiative: int
    also: tuple[int, ...] = ()
    """Further initiatives that use the kind."""
    public: bool = True
    title_field: str = "title"
    lead: str = ""
    """The first sentence of a record's page; every {field} is a field as shown."""
    order: str = "title"
    """How lists are sorted unless asked otherwise; a minus in front reverses."""
    writers: tuple[str, ...] = ("editor",)
    states: tuple[State, ...]
    moves: tuple[Move, ...] = ()
    expiries: tuple[Expiry, ...] = ()
    fields: tuple[KindField, ...]
    views: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    reactions: tuple[str, ...] = ()
    """What else happens when a record of this kind changes."""
    checks: tuple[str, ...] = ()
    """Conditions of a move that only code can tell."""
    overview: str | None = None
    """A view whose text stands on the kind's own page, such as what is next."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = {field.name for field in self.fields}
        states = {state.name for state in self.states}
        wanted = {self.title_field, self.order.lstrip("-").replace("title", self.title_field)}
        wanted |= {expiry.field for expiry in self.expiries}
        if missing := wanted - names - {"changed_at", "created_at"}:
            raise ValueError(f"{self.name} names fields that it does not have: {sorted(missing)}")
        used_in: list[Move | Expiry] = [*self.moves, *self.expiries]
        used = {state for each in used_in for state in (*each.from_, each.to)}
        if missing := used - states:
            raise ValueError(f"{self.name} names states that it does not have: {sorted(missing)}")
        return self

    @property
    def initial(self) -> str:
        """The state of a new record."""
        return self.states[0].name

    def field(self, name: str) -> KindField | None:
        """The field of that name."""
        return next((field for field in self.fields if field.name == name), None)

    def state(self, name: str) -> State:
        """The state of that name; raises `StopIteration` for one that the kind has not."""
        return next(state for state in self.states if state.name == name)

    def shown(self, values: dict[str, Any], *, internal: bool) -> dict[str, Any]:
        """The values that may be seen: the public never sees private fields."""
        return {
            field.name: values[field.name]
            for field in self.fields
            if field.name in values and (internal or not field.private)
        }
