"""Signed documents: JSON in one canonical form under an Ed25519 signature (RFC 8032).

The signature covers the UTF-8 bytes of `document` with sorted keys and no spaces, so that anybody can
verify it offline with the public key alone; docs/programme.md shows how.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from assistant.programme.errors import ProgrammeError

if TYPE_CHECKING:
    from pathlib import Path

ALGORITHM = "Ed25519"


class UnusableKey(ProgrammeError):
    """The signing key cannot be used."""

    what_to_do = "Give an unencrypted Ed25519 private key in PEM, or remove it to let a new one be made."


class Signer:
    """Signs with one private key and verifies with its public key."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public_key = base64.b64encode(raw).decode()
        self.key_id = hashlib.sha256(raw).hexdigest()[:16]

    @classmethod
    def from_pem(cls, pem: str) -> Signer:
        """A signer with a key from settings; raises `UnusableKey`."""
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError) as error:
            raise UnusableKey("the signing key is not an unencrypted PEM key") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise UnusableKey("the signing key is not an Ed25519 key")
        return cls(key)

    @classmethod
    def from_file(cls, path: Path) -> Signer:
        """A signer with the key in `path`, which is made, readable by its owner alone, if not there."""
        if not path.exists():
            pem = Ed25519PrivateKey.generate().private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            )
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:  # another process made it meanwhile
                return cls.from_pem(path.read_text())
            with os.fdopen(descriptor, "wb") as file:
                file.write(pem)
        return cls.from_pem(path.read_text())

    def sign(self, document: dict[str, Any]) -> dict[str, Any]:
        """`document` with its signature and the key that verifies it."""
        signature = base64.b64encode(self._private.sign(canonical(document))).decode()
        return {
            "document": document,
            "signature": {
                "algorithm": ALGORITHM,
                "key_id": self.key_id,
                "public_key": self.public_key,
                "value": signature,
            },
        }

    def is_ours(self, signed: Any) -> bool:
        """Whether `signed` carries a signature of this service's own key over its very document."""
        return verifies(signed, self.public_key)


def verifies(signed: Any, public_key: str) -> bool:
    """Whether the signature in `signed` is that of `public_key` (base64) over its document."""
    try:
        value = base64.b64decode(signed["signature"]["value"], validate=True)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(value, canonical(signed["document"]))
    except (KeyError, TypeError, ValueError, binascii.Error, InvalidSignature):
        return False
    return True


def canonical(document: Any) -> bytes:
    """The bytes that are signed: keys sorted, no spaces, UTF-8."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
