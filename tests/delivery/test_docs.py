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


def shown(text):
    """The commands of console blocks and of inline code, as their words, without comments."""
    inline = re.findall(r"`govt-assistant ([^`\n]+)`", text)
    typed = re.findall(r"^(?:\$ (?:.* )?)?govt-assistant (.+)$", text, re.MULTILINE)
    yield from (re.split(r"\s#\s", line)[0].replace("|", " ").split() for line in (*inline, *typed))


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_every_subcommand_and_option_that_is_shown_exists(document):
    """What is copied from a document is not refused as unknown."""
    wrong = []
    for words in shown(document.read_text(encoding="utf-8")):
        command, rest = typer.main.get_command(app), list(words)
        while rest and rest[0] in getattr(command, "commands", {}):
            command = command.commands[rest.pop(0)]
        options = {
            "--help",
            *(name for each in command.params for name in (*each.opts, *each.secondary_opts)),
        }
        unknown = [word for word in rest if word.startswith("-") and word.partition("=")[0] not in options]
        if unknown or (hasattr(command, "commands") and rest and rest[0].islower()):
            wrong.append(words)
    assert wrong == []
