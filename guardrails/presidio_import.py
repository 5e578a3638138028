"""Presidio's names, imported without what its pattern recognisers never run.

spaCy's thinc and Presidio's optional recognisers import torch, transformers, stanza and gliner where they
find them installed: 4.9 s and 440 MB instead of 0.8 s and 119 MB. While Presidio is imported here, those
packages look as if they were absent (None in `sys.modules` makes `import` raise ImportError). Without spaCy,
tldextract and the recognisers of other countries Presidio cannot be imported, though nothing of them is run
either (half a second and 40 MB): modules whose names can be read, inherited from and called stand in for
them. Afterwards everything is as it was. The import lock of each module means that nobody else sees a
half-made Presidio; another thread that imports one of them in the same instant would fail, so the
composition root builds the redactor before it starts any thread.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEAVY = ("torch", "transformers", "stanza", "gliner", "spacy_transformers", "curated_transformers", "cupy")

_PRESIDIO = "presidio_analyzer"
_RECOGNISERS = f"{_PRESIDIO}.predefined_recognizers"

UNUSED = (
    *("spacy", "thinc", "tldextract", f"{_RECOGNISERS}.country_specific"),
    *(f"{_RECOGNISERS}.generic.{name}_recognizer" for name in ("email", "ip", "url")),
)
"""What Presidio 2.2 imports, and whatever is in it, but runs for a model or for patterns not ours only."""

_ENGINE = "guardrails.presidio_engine"


def import_engine(*, for_model: bool) -> ModuleType:
    """`guardrails.presidio_engine`, with all that Presidio can import where it is to run a model."""
    if not for_model:
        with absent(*HEAVY), stood_in(*UNUSED):
            return import_module(_ENGINE)
    if isinstance(getattr(sys.modules.get(f"{_PRESIDIO}.nlp_engine.nlp_artifacts"), "Doc", None), _Unused):
        for name in [each for each in sys.modules if each == _ENGINE or each.split(".")[0] == _PRESIDIO]:
            del sys.modules[name]  # who uses them goes on with them
    return import_module(_ENGINE)


@contextmanager
def absent(*names: str) -> Iterator[None]:
    """Let the named packages look as if they were not installed, and put everything back afterwards."""
    before = {name: sys.modules[name] for name in names if name in sys.modules}
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]  # how Python marks a module as not to be found
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(before)


@contextmanager
def stood_in(*names: str) -> Iterator[None]:
    """Let something without contents stand in for the named packages, unless they are loaded, meanwhile."""
    finder = _StandIns(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in finder.made:
            del sys.modules[name]


class _Unused(type):
    """A class whose attributes, and what comes of calling it, are itself: it can decorate and be a base."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return cls


class _Nothing(metaclass=_Unused):
    """Has every name, and does nothing."""


class _StandIn(ModuleType):
    """A module in which every name is `_Nothing`."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing


class _StandIns(MetaPathFinder, Loader):
    """Finds `_StandIn`s for the named packages and for whatever is in them."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self.made: list[str] = []

    def find_spec(self, fullname: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:
        if any(f"{fullname}.".startswith(f"{name}.") for name in self._names):
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        self.made.append(spec.name)
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in it."""
