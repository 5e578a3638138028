"""Starter content: pages written for this project. Not official."""

from pathlib import Path

FOLDER = Path(__file__).parent
