"""What numbers that may be tuned can be: they are checked wherever they come from, a file most of all."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

CLOSED = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)
"""Of a group of such numbers: a name that it has not got, or a number as text, is refused."""

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""A weight, a share or a probability."""

Count = Annotated[int, Field(ge=1, le=1_000)]
"""How many of something."""
