"""Presidio's names, imported without PyTorch and without spaCy.

spaCy's thinc and Presidio's optional recognisers import torch, transformers, stanza and gliner where they
find them installed: 4.9 s and 440 MB instead of 0.8 s and 119 MB, for code that the pattern recognisers
never run. While they are imported here, those packages look as if they were absent (None in `sys.modules`
makes `import` raise ImportError). Presidio cannot be imported without spaCy and tldextract, of which the
pattern recognisers use nothing either (0.3 s and 37 MB): something that can be named, inherited from and
called stands in for them. Afterwards the modules are as they were. The import lock of each module means that
nobody else sees a half-made Presidio; another thread that imports one of them in the same instant would
fail, so the composition root builds the redactor before it starts any thread.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

HEAVY = ("torch", "transformers", "stanza", "gliner", "spacy_transformers", "curated_transformers", "cupy")

UNUSED = (
    *("spacy", "spacy.language", "spacy.pipeline", "spacy.tokens", "spacy.util", "spacy.vocab"),
    *("thinc", "thinc.api", "tldextract"),
)
"""What Presidio 2.2 imports but runs only for a model or for e-mail addresses, which our own rules find."""

_ENGINE = "guardrails.presidio_engine"
_PRESIDIO = "presidio_analyzer"


def import_engine(*, for_model: bool) -> ModuleType:
    """`guardrails.presidio_engine`, with all that Presidio can import where it is to run a model."""
    if not for_model:
        with absent(*HEAVY), stood_in(*UNUSED):
            return import_module(_ENGINE)
    if isinstance(getattr(sys.modules.get(f"{_PRESIDIO}.nlp_engine.nlp_artifacts"), "Doc", None), _Unused):
        for name in [each for each in sys.modules if each == _ENGINE or each.split(".")[0] == _PRESIDIO]:
            del sys.modules[name]  # who uses them goes on with them
    return import_module(_ENGINE)


def absent(*names: str) -> AbstractContextManager[None]:
    """Let the named packages look as if they were not installed, and put everything back afterwards."""
    return _in_place(dict.fromkeys(names))


def stood_in(*names: str) -> AbstractContextManager[None]:
    """Let nothing stand in for the named modules, and put everything back afterwards."""
    return _in_place({name: _StandIn(name) for name in names})


@contextmanager
def _in_place(modules: Mapping[str, ModuleType | None]) -> Iterator[None]:
    before = {name: sys.modules[name] for name in modules if name in sys.modules}
    sys.modules.update(modules)  # type: ignore[arg-type]  # None is how Python marks what is not to be found
    try:
        yield
    finally:
        for name in modules:
            sys.modules.pop(name, None)
        sys.modules.update(before)


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
