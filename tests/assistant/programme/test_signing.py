"""A signed document: verified by anyone, changed by nobody, and by the code that the documentation shows."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from assistant.programme import Signer, verifies
from assistant.programme.errors import ProgrammeError

DOCUMENT = {"serial": "c-1", "title": "Tohu mō te īmēra", "gates": [{"gate": "a", "passed": True}]}
DOCS = Path(__file__).parents[3] / "docs" / "programme.md"


@pytest.fixture
def signer(tmp_path):
    """A signer whose key was just made."""
    return Signer.from_file(tmp_path / "key.pem")


def test_any_change_of_a_document_breaks_its_signature(signer, tmp_path):
    """Every part of the document is covered, and another key verifies nothing."""
    signed = signer.sign(DOCUMENT)
    assert verifies(signed, signer.public_key)
    for forged in (
        {**signed, "document": {**DOCUMENT, "serial": "c-2"}},
        {**signed, "document": {**DOCUMENT, "extra": 1}},
        {**signed, "signature": {**signed["signature"], "value": "AAAA"}},
        {"document": DOCUMENT},
        [],
        None,
    ):
        assert not verifies(forged, signer.public_key)
    assert not verifies(signed, Signer.from_file(tmp_path / "other.pem").public_key)


def test_the_key_is_made_once_and_read_by_its_owner_alone(signer, tmp_path):
    """A second start signs with the same key, and no other user of the machine can read it."""
    path = tmp_path / "key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Signer.from_file(path).public_key == signer.public_key
    with pytest.raises(ProgrammeError):
        Signer.from_pem("not a key")


def test_the_code_in_the_documentation_verifies_offline(signer, tmp_path, monkeypatch):
    """Somebody without this product can check a certificate with what docs/programme.md shows."""
    code = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]
    monkeypatch.chdir(tmp_path)
    signed = signer.sign(DOCUMENT)
    code = code.replace('json.load(open("certificate.json", encoding="utf-8"))', "SIGNED")
    exec(code, {"SIGNED": json.loads(json.dumps(signed)), "PUBLIC_KEY": signer.public_key})
    signed["document"]["serial"] = "c-2"
    with pytest.raises(InvalidSignature):
        exec(code, {"SIGNED": signed, "PUBLIC_KEY": signer.public_key})
