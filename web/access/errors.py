"""The errors of access.

AccessError
├── NotSignedIn             nobody has shown who they are
├── NotAllowed              somebody has, and may not do this
├── ForgedRequest           a request with a cookie that no page of ours sent
├── SignInFailed            the key, or the identity provider, says no
├── TooManyAttempts         too many failed sign-ins from one address
├── UnknownKey              no key has that name
└── KeyRefused              a key that cannot be made
"""

from __future__ import annotations

from http import HTTPStatus

from web.errors import WebError


class AccessError(WebError):
    """Root of access's errors."""


class NotSignedIn(AccessError):
    """Nobody has shown who they are."""

    status = HTTPStatus.UNAUTHORIZED
    what_to_do = "Sign in at /console/sign-in, or send an API key: Authorization: Bearer KEY."


class NotAllowed(AccessError):
    """Somebody has shown who they are, and may not do this."""

    status = HTTPStatus.FORBIDDEN
    what_to_do = "Ask an admin for a key with one of the roles named."


class ForgedRequest(AccessError):
    """A request with a session cookie that no page of this service sent."""

    status = HTTPStatus.FORBIDDEN
    what_to_do = "Load the page again and send the form once more."


class SignInFailed(AccessError):
    """The key, or the identity provider, says no."""

    status = HTTPStatus.UNAUTHORIZED
    what_to_do = "Check the key, or ask an admin for a new one."


class TooManyAttempts(AccessError):
    """Too many failed sign-ins from one address."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "Too many failed sign-ins from this address.",
            what_to_do=f"Wait {seconds} seconds, then try again.",
        )
        self.seconds = seconds


class UnknownKey(AccessError):
    """No key has that name."""

    status = HTTPStatus.NOT_FOUND
    what_to_do = "Run `govt-assistant access list` to see the keys."


class KeyRefused(AccessError):
    """A key that cannot be made."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    what_to_do = "Choose another name."
