"""Secrets: made unguessable, stored as hashes, compared in constant time.

A plain SHA-256 is enough here, and a slow hash would add nothing: each secret has 256 random bits, so
there is no list of likely ones to try.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

BYTES = 32


def new_secret() -> str:
    """A secret of 256 random bits, safe in addresses and headers."""
    return secrets.token_urlsafe(BYTES)


def hashed(secret: str) -> str:
    """What is stored of a secret: SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, stored: str) -> bool:
    """Whether `secret` is the one whose hash is `stored`, in constant time."""
    return hmac.compare_digest(hashed(secret), stored)


def form_token(session: str) -> str:
    """The token that forms of a session carry: only who holds the cookie can know it."""
    return hmac.new(session.encode(), b"form", hashlib.sha256).hexdigest()
