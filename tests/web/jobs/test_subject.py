"""A list of jobs says what each is about."""

from __future__ import annotations

import pytest

from web.jobs import subject


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"site": True, "pages": []}, "the whole site"),
        ({"source": "https://a.govt.nz/sitemap.xml"}, "https://a.govt.nz/sitemap.xml"),
        ({"version": 12, "publish": True}, "version 12"),
        ({"urls": ["https://a.govt.nz/x", "https://a.govt.nz/y"]}, "https://a.govt.nz/x and 1 more"),
        ({"pages": ["0f", "1f", "2f"]}, "3 pages"),
        ({"pages": [{"title": "Register a dog", "text": "..."}]}, "Register a dog"),
        ({"records": [["tools", "wheel"]]}, "1 record"),
        ({"site": True, "only": ["https://a.govt.nz/x"]}, "https://a.govt.nz/x"),
        ({}, ""),
    ],
)
def test_a_job_is_told_by_what_it_works_on(arguments, told):
    """Titles and addresses where there are any, else how many."""
    assert subject(arguments) == told
