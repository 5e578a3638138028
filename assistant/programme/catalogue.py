"""The programme's data files: focus areas and initiatives, kinds, behaviours, controls and principles."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.programme.errors import CatalogueError, UnknownBehaviour, UnknownKind
from assistant.programme.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_T = TypeVar("_T", bound=BaseModel)

FOLDER = Path(__file__).parent / "catalogue"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FocusArea(_Data):
    """One of the programme's four focus areas; `purpose` in this project's words."""

    name: str
    title: str
    purpose: str


class Initiative(_Data):
    """One of the fifteen; the title is the programme page's, `records` says what its records here do."""

    number: int
    slug: str
    title: str
    focus_area: str
    records: str
    deliverable: str | None = None
    """What the programme page names; None where only the title could be read."""


class Control(_Data):
    """One control of the certification checklist."""

    id: str
    family: str
    title: str


class Argument(_Data):
    """What a behaviour can be told."""

    name: str
    label: str
    required: bool = False


class Spec(_Data):
    """A behaviour as the API and the console offer it."""

    name: str
    label: str
    about: str
    scope: Literal["kind", "record"]
    effect: Literal["view", "action"]
    public: bool = True
    roles: tuple[str, ...] = ("editor",)
    arguments: tuple[Argument, ...] = ()
    media_type: str = "application/json"


class Words(_Data):
    """Sentences of record pages that no single kind owns."""

    demonstration: str
    published: str
    secondary: str
    entered: str
    generated: str
    more: str
    none: str


@dataclass(frozen=True)
class Catalogue:
    """All of it, by name and number."""

    source: str
    read: str
    areas: tuple[FocusArea, ...]
    initiatives: tuple[Initiative, ...]
    kinds: Mapping[str, Kind]
    behaviours: Mapping[str, Spec]
    controls: tuple[Control, ...]
    principles: Mapping[str, str]
    words: Words

    def kind(self, name: str) -> Kind:
        """The kind of that name; raises `UnknownKind`."""
        if name not in self.kinds:
            raise UnknownKind(f"there is no kind of record {name[:60]!r}")
        return self.kinds[name]

    def behaviour(self, kind: Kind, name: str, effect: str) -> Spec:
        """A view or action that `kind` has; raises `UnknownBehaviour`."""
        offered = kind.views if effect == "view" else kind.actions
        if name not in offered:
            raise UnknownBehaviour(f"{kind.title} have no {effect} {name[:60]!r}")
        return self.behaviours[name]

    def offered(self, kind: Kind) -> tuple[Spec, ...]:
        """The kind's views and actions."""
        return tuple(self.behaviours[name] for name in (*kind.views, *kind.actions))

    def initiative(self, slug: str) -> Initiative:
        """The initiative of that slug; raises `UnknownKind`."""
        for each in self.initiatives:
            if each.slug == slug:
                return each
        raise UnknownKind(
            f"there is no initiative {slug[:60]!r}", what_to_do="GET /v1/programme lists the initiatives."
        )

    def kinds_of(self, initiative: Initiative) -> tuple[Kind, ...]:
        """The kinds that the initiative works with."""
        number = initiative.number
        return tuple(k for k in self.kinds.values() if k.initiative == number or number in k.also)


@cache
def load_catalogue() -> Catalogue:
    """The shipped catalogue; raises `CatalogueError` that names the file."""
    programme = read_toml(FOLDER / "programme.toml")
    checklist = read_toml(FOLDER / "checklist.toml")
    behaviours = _each(Spec, read_toml(FOLDER / "behaviours.toml")["behaviours"], "behaviours.toml")
    kinds = [_one(Kind, read_toml(path), path.name) for path in sorted((FOLDER / "kinds").glob("*.toml"))]
    catalogue = Catalogue(
        source=programme["source"],
        read=programme["read"],
        areas=_each(FocusArea, programme["focus_areas"], "programme.toml"),
        initiatives=_each(Initiative, programme["initiatives"], "programme.toml"),
        kinds={kind.name: kind for kind in kinds},
        behaviours={spec.name: spec for spec in behaviours},
        controls=_each(Control, checklist["controls"], "checklist.toml"),
        principles=checklist["principles"],
        words=_one(Words, programme["words"], "programme.toml"),
    )
    _check(catalogue)
    return catalogue


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file; raises `CatalogueError`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error


def _one(model: type[_T], values: Any, name: str) -> _T:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CatalogueError(f"{name}: {where} {first['msg']}") from error


def _each(model: type[_T], rows: Iterable[Any], name: str) -> tuple[_T, ...]:
    return tuple(_one(model, row, name) for row in rows)


def _check(catalogue: Catalogue) -> None:
    numbers = {each.number for each in catalogue.initiatives}
    for kind in catalogue.kinds.values():
        for name in (*kind.views, *kind.actions, *([kind.overview] if kind.overview else ())):
            if name not in catalogue.behaviours:
                raise CatalogueError(f"{kind.name}.toml names a behaviour that there is not: {name}")
        for field in kind.fields:
            if field.of is not None and field.of not in catalogue.kinds:
                raise CatalogueError(f"{kind.name}.toml refers to a kind that there is not: {field.of}")
        if kind.initiative not in numbers:
            raise CatalogueError(f"{kind.name}.toml belongs to no initiative")
