"""Whether values may be stored: they fit the kind, refer to what is there, and keep people private."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.programme.errors import InvalidRecord
from assistant.programme.kinds import FieldType
from assistant.programme.rows import flat
from assistant.programme.validation import checked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from assistant.programme.kinds import Kind

    Known = Callable[[str, str], Awaitable[bool]]

_WRITTEN = {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.TAGS, FieldType.TABLE}


class Admission:
    """`personal` names what of a text looks like personal information; `known` finds a record."""

    def __init__(self, personal: Callable[[str], Iterable[str]], known: Known) -> None:
        self._personal = personal
        self._known = known

    async def admit(
        self,
        kind: Kind,
        values: Mapping[str, Any],
        *,
        computed: bool = False,
        before: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The values in their stored form; raises `InvalidRecord` that names every wrong field.

        `computed` lets a behaviour write what people may not; what it wrote earlier stays as it is.
        """
        kept_computed = {} if computed else _unchanged(kind, values, before or {})
        written = {name: value for name, value in values.items() if name not in kept_computed}
        kept, wrong = checked(kind, written, by_behaviour=computed)
        wrong |= self._private_matters(kind, kept)
        wrong = wrong or await self._unknown_references(kind, kept)
        if wrong:
            raise InvalidRecord(wrong)
        return kept | kept_computed

    def _private_matters(self, kind: Kind, values: Mapping[str, Any]) -> dict[str, str]:
        """Personal information in a field that the public sees is refused, not stored."""
        wrong = {}
        for field in kind.fields:
            open_text = kind.public and field.type in _WRITTEN and not (field.private or field.computed)
            if not open_text or field.name not in values:
                continue
            found = sorted(set(self._personal(flat(values[field.name]))))
            if found:
                wrong[field.name] = (
                    f"it looks like personal information ({', '.join(found).lower()}); "
                    "put contact details into a field that is not public"
                )
        return wrong

    def admit_reason(self, reason: str) -> str:
        """A reason as it is kept; raises `InvalidRecord` where it names a person's details."""
        found = sorted(set(self._personal(reason)))
        if found:
            told = f"it looks like personal information ({', '.join(found).lower()}); leave it out"
            raise InvalidRecord({"reason": told})
        return reason.strip()

    async def _unknown_references(self, kind: Kind, values: Mapping[str, Any]) -> dict[str, str]:
        wrong = {}
        for field in kind.fields:
            if field.of is None or field.name not in values:
                continue
            for slug in values[field.name] if field.many else [values[field.name]]:
                if not await self._known(field.of, slug):
                    wrong[field.name] = f"there is no record {field.of}/{slug}"
        return wrong


def _unchanged(kind: Kind, values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    names = [field.name for field in kind.fields if field.computed]
    return {name: before[name] for name in names if name in before and values.get(name) == before[name]}
