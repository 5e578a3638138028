"""The programme's pages: everyone reads what is public, and knows where it comes from."""

from __future__ import annotations

import pytest

from assistant.programme import load_catalogue, seed

USE_CASE = {
    "title": "Sorting <letters>",
    "agency": "Ministry of Letters",
    "summary": "Sorts letters.",
    "stage": "trial",
    "contact": "letters@example.govt.nz",
}


@pytest.fixture(scope="module")
def seeded(served):
    """The application with all seeds."""
    register = served.app.state.services.programme.register
    served.portal.call(lambda: seed(register, demonstration=True))
    return served


def test_the_overview_lists_all_initiatives_by_focus_area(seeded):
    """A visitor finds the fifteen, and that this is no official register."""
    text = seeded.get("/programme").text
    for initiative in load_catalogue().initiatives:
        assert f'href="/programme/{initiative.slug}"' in text
    assert "not official register entries" in text


@pytest.mark.parametrize("initiative", load_catalogue().initiatives, ids=lambda each: each.slug)
def test_every_initiative_and_kind_has_a_page(seeded, initiative):
    """No link of an initiative's page leads nowhere, and nothing is made up about thirteen of them."""
    response = seeded.get(f"/programme/{initiative.slug}")
    assert response.status_code == 200
    assert ("no deliverable" in response.text) == (initiative.deliverable is None)
    for kind in load_catalogue().kinds_of(initiative):
        assert seeded.get(f"/programme/{kind.name}").status_code == (200 if kind.public else 404)


def test_every_public_record_has_a_page_with_its_provenance(seeded):
    """Published facts link to their source; made-up records say so above everything else."""
    register = seeded.app.state.services.programme.register
    for kind in load_catalogue().kinds.values():
        if not kind.public:
            continue
        for record in seeded.portal.call(register.all, kind.name):
            if not register.is_public(record):
                assert seeded.get(f"/programme/{record.key}").status_code == 404
                continue
            text = seeded.get(f"/programme/{record.key}").text
            assert "<h1>" in text
            assert ("describes nothing real" in text) == (record.origin.provenance == "demonstration")
            if record.origin.source:
                assert f'href="{record.origin.source}"' in text


def test_a_draft_and_a_contact_are_shown_to_nobody_outside(served, editor):
    """A draft has no page; a published record's page keeps its contact to itself, and escapes its title."""
    draft = editor.create("use-cases", **USE_CASE)
    assert served.get(f"/programme/use-cases/{draft['slug']}").status_code == 404
    editor.move(draft, "publish")
    text = served.get(f"/programme/use-cases/{draft['slug']}").text
    assert "letters@example.govt.nz" not in text
    assert "Sorting &lt;letters&gt;" in text


def test_a_kind_is_searched(seeded):
    """Words find records, also without macrons, and nothing found says so."""
    assert "Email triage" in seeded.get("/programme/use-cases?q=email triage").text
    assert "Nothing was found" in seeded.get("/programme/use-cases?q=zebra").text


def test_records_of_people_have_no_page(seeded):
    """Registrations, members and commitments are not there for anybody outside."""
    for kind in ("registrations", "enrolments", "members", "commitments"):
        assert seeded.get(f"/programme/{kind}").status_code == 404


def test_a_file_is_tried_in_the_console_and_then_stored(served, editor):
    """Every wrong row is named and nothing is stored; a file that fits is stored with one more press."""
    path = "/console/programme/tools/import"
    wrong = "title,agency,kind_of_tool,summary\nKea,A,tool,Sees.\n,A,tool,No title.\nTui,A,spaceship,Sings.\n"

    def send(rows, **more):
        return served.post(path, data={"rows": rows, **more}, headers=editor._headers)

    tried = send(wrong)
    assert tried.status_code == 422
    assert "2 rows are wrong" in tried.text and '<th scope="row" class="number">3</th>' in tried.text
    fits = wrong.splitlines()[0] + "\nKea from a file,A,tool,Sees.\n"
    file = {"file": ("tools.csv", fits.encode(), "text/csv")}
    tried = served.post(path, files=file, headers=editor._headers)
    assert "Every row fits" in tried.text and "Kea from a file" in tried.text
    assert "Kea from a file" not in served.get("/console/programme/tools", headers=editor._headers).text
    assert "Stored." in send(fits, store="yes").text
    assert "Kea from a file" in served.get("/console/programme/tools", headers=editor._headers).text
    assert "Choose a file" in send("").text
