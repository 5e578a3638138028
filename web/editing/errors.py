"""The errors of editing.

EditingError
├── NothingToRead           no page of that kind can be read again
├── NotAsGiven              a page that was handed in cannot be taken as it is
├── NeedsReason             publishing past a failing or missing check, and rolling back, need a reason
└── NotTheirs               and the admin role
"""

from __future__ import annotations

from http import HTTPStatus

from web.errors import WebError


class EditingError(WebError):
    """Root of editing's errors."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NothingToRead(EditingError):
    """No page of that kind can be read again."""

    what_to_do = "Choose pages that are in the live version and that came from a source."


class NotAsGiven(EditingError):
    """A page that was handed in cannot be taken as it is; of a `field` that is wrong, `told` says what."""

    field = told = ""
    what_to_do = "Correct the page and hand it in again."


class NeedsReason(EditingError):
    """Publishing past a failing or missing check needs a reason, and so does rolling back."""

    status = HTTPStatus.CONFLICT
    what_to_do = "Check the version first, or give a reason for publishing it all the same."


class NotTheirs(EditingError):
    """Publishing past a failing or missing check needs the admin role."""

    status = HTTPStatus.FORBIDDEN
    what_to_do = "Ask an admin to publish it, or mend the pages."
