"""Releasing a text piece by piece without letting an identifier out across a border.

The last `held` code points wait until what follows them is known, and each piece is read with `context` code
points of what was released before it, so that "IRD number" may stand in one piece and its digits in the next.
Text is cut only before a space and never inside a finding.
"""

from __future__ import annotations

from collections.abc import Sequence

from guardrails.redaction import Redactor


class HoldBack:
    """A guard for one streamed answer. Not for sharing between streams."""

    def __init__(
        self, redactor: Redactor, *, held: int = 48, context: int = 60, allow: Sequence[str] = ()
    ) -> None:
        self._redactor = redactor
        self._held = held
        self._context = context
        self._allow = allow
        self._released = ""
        self._pending = ""

    def feed(self, delta: str) -> str:
        """Take the next piece; return what may be sent now, redacted, possibly nothing."""
        self._pending += delta
        if len(self._pending) <= self._held:
            return ""
        return self._release(len(self._pending) - self._held)

    def finish(self) -> str:
        """Return the rest, redacted. The stream is over: a further `feed` begins a new one."""
        rest = self._release(len(self._pending))
        self._released = ""
        return rest

    def _release(self, limit: int) -> str:
        before = self._released
        redaction = self._redactor.redact(before + self._pending, allow=self._allow)
        spans = [(f.start - len(before), f.end - len(before), f.type) for f in redaction.findings]
        cut = self._cut(limit, [(start, end) for start, end, _ in spans])
        pieces: list[str] = []
        position = 0
        for start, end, type_ in spans:
            if end <= 0 or start >= cut:
                continue
            pieces += [self._pending[position : max(start, 0)], f"<{type_}>"]
            position = end
        pieces.append(self._pending[position:cut])
        self._pending = self._pending[cut:]
        out = "".join(pieces)
        self._released = self._tail(before + out)
        return out

    def _cut(self, limit: int, spans: list[tuple[int, int]]) -> int:
        if limit == len(self._pending):
            return limit
        while limit > 0:
            covering = [start for start, end in spans if start < limit < end]
            if covering:
                limit = max(min(covering), 0)
            elif self._pending[limit].isspace():
                return limit
            else:
                limit -= 1
        return 0

    def _tail(self, text: str) -> str:
        if len(text) <= self._context:
            return text
        return text[max(text.rfind(" ", 0, len(text) - self._context), 0) :]
