"""What the documentation names is there: commands, targets, files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from web.cli import app

ROOT = Path(__file__).parents[2]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(text):
    """The commands of console blocks, after their prompts."""
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        yield from re.findall(r"^\$ (.*)$", block, re.MULTILINE)


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_every_command_and_target_that_is_shown_exists(document):
    """A newcomer who copies a command gets that command."""
    known = set(typer.main.get_command(app).commands)
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = document.read_text(encoding="utf-8")
    mentioned = set(re.findall(r"`govt-assistant (\w+)", text))
    for command in blocks(text):
        words = command.split()
        if words[0] == "govt-assistant":
            mentioned.add(words[1])
        if words[0] == "make":
            assert words[1] in targets, command
    assert mentioned <= known, mentioned - known


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_every_linked_file_is_there(document):
    """No link of the documentation leads nowhere."""
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target
