"""Which literal texts a pattern cannot match without, so that most rules need not be tried at all.

A few hundred expressions are read against each question. Looking for a handful of plain substrings first is
some ten times quicker than trying an expression at every word. The analysis reads the parsed form of the
expression; what it does not understand it leaves alone, and then the expression is always tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

Needs = frozenset[str]

_PARSER: Any = getattr(re, "_parser", None)  # the parser of `re` has no public name since Python 3.11
_LONGEST = 60


@lru_cache(maxsize=1024)  # analysing takes a third of a service's start, however often a policy is read
def needed_literals(source: str) -> Needs | None:
    """Texts in lower case of which every match of the expression, in lower case, contains at least one.

    None where that is not known. Look for them in the text in lower case. Raises `re.error` for a text that
    is no regular expression.
    """
    if _PARSER is None:
        re.compile(source)
        return None
    needs = _of_sequence(_PARSER.parse(source))
    return None if needs is None else frozenset(literal.lower() for literal in needs)


def _of_sequence(items: Iterable[Any]) -> Needs | None:
    options: list[Needs] = []
    run = ""
    for operation, argument in items:
        name = str(operation)
        if name == "LITERAL":
            run += chr(argument)
            continue
        if run:
            options.append(frozenset({run}))
            run = ""
        found = _of_item(name, argument)
        if found is not None:
            options.append(found)
    if run:
        options.append(frozenset({run}))
    usable = [needs for needs in options if len(needs) <= _LONGEST and min(map(len, needs)) > 1]
    return max(usable, key=lambda needs: (min(map(len, needs)), -len(needs)), default=None)


def _of_item(name: str, argument: Any) -> Needs | None:
    if name == "SUBPATTERN":
        return _of_sequence(argument[3])
    if name in {"MAX_REPEAT", "MIN_REPEAT"} and argument[0] > 0:
        return _of_sequence(argument[2])
    if name == "BRANCH":
        branches = [_of_sequence(branch) for branch in argument[1]]
        if all(branch is not None for branch in branches):
            return frozenset().union(*(branch for branch in branches if branch is not None))
    return None
