"""Pages over HTTP: list, look, read again, hand in, take out."""

from __future__ import annotations

import json

import pytest

from ingest import sync
from ingest.sources import FolderSource
from tests.web.editing.conftest import FEE
from tests.web.editing.test_versions import QUESTION, page_id, said
from web.main import now


def test_a_page_shows_its_passages_as_answers_see_them(client, editor, published):
    """Each passage is the page's text at its place."""
    page = client.get(f"/v1/pages/{page_id(client, editor)}", headers=editor).json()["versions"][0]
    assert page["live"] is True
    assert page["held_by"] == [published]
    for passage in page["passages"]:
        assert page["text"][passage["start"] : passage["end"]] == passage["text"]
    answer = client.post("/v1/answers", json={"question": QUESTION}).json()
    quote = answer["sentences"][0]["citations"][0]["quote"]
    assert any(quote in passage["text"] for passage in page["passages"])


def test_a_page_handed_in_becomes_a_candidate(client, editor, finish, published, pages):
    """Under the identifier of its address; under another it is refused with the right one."""
    body = {"url": pages[0], "title": "Passport fees", "text": "A standard passport costs $999.\n"}
    identifier = page_id(client, editor)
    wrong = client.put("/v1/pages/0123456789abcdef", json=body, headers=editor)
    assert wrong.status_code == 422 and identifier in wrong.json()["what_to_do"]
    job = finish(client.put(f"/v1/pages/{identifier}", json=body, headers=editor))
    number = job["result"]["candidate"]
    client.post(f"/v1/versions/{number}/publish", json={}, headers=editor)
    assert "$999" in said(client)
    history = client.get(f"/v1/pages/{identifier}", headers=editor).json()["versions"]
    assert [each["live"] for each in history] == [True, False]


def test_a_page_taken_out_stops_answering_once_published(client, editor, admin, finish, published):
    """Its case fails, so only an admin may; until then it answers."""
    identifier = page_id(client, editor)
    job = finish(client.delete(f"/v1/pages/{identifier}", headers=editor))
    assert job["check"]["result"]["passed"] is False
    assert "$200" in said(client)
    number = job["result"]["candidate"]
    client.post(f"/v1/versions/{number}/publish", json={"reason": "withdrawn"}, headers=admin)
    assert "$200" not in said(client)
    assert client.delete(f"/v1/pages/{identifier}", headers=editor).status_code == 404


def test_publishing_by_itself_happens_only_where_the_check_passes(
    client, editor, site, finish, published, pages
):
    """A new fee goes out; a page that loses its answer waits for somebody."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    body = {"urls": [pages[0]], "publish": True}
    job = finish(client.post("/v1/pages/read-again", json=body, headers=editor))
    assert job["check"]["result"]["published"] is True
    assert "$250" in said(client)
    site.put("/passport", "Passport fees", "<p>Ask at the counter.</p>")
    job = finish(client.post("/v1/pages/read-again", json=body, headers=editor))
    assert job["check"]["result"]["published"] is False
    assert "$250" in said(client)


def test_what_cannot_be_read_fails_by_name_and_is_retried(client, editor, site, finish, published, pages):
    """The rest is done, the log names the page, and a retry reads that one alone."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    dogs = site.pages.pop("/dogs")
    gone = f"{site.address}/nowhere"
    body = {"urls": [*pages, gone]}
    job = finish(client.post("/v1/pages/read-again", json=body, headers=editor))
    assert job["result"]["counts"]["changed"] == 1
    log = client.get(f"/v1/jobs/{job['id']}/log", headers=editor).json()
    assert any(pages[1] in line["text"] for line in log)
    site.pages["/dogs"] = dogs
    again = finish(client.post(f"/v1/jobs/{job['id']}/retry", headers=editor))
    assert again["state"] == "done"


def test_what_failed_is_added_to_the_candidate_by_a_retry(client, editor, site, finish, published, pages):
    """One candidate holds what was read at first and what the retry could read; the first one is given up."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    site.put("/dogs", "Register a dog", "<p>Register a dog with your council online.</p>")
    site.broken.add("/dogs")
    try:
        job = finish(client.post("/v1/pages/read-again", json={"urls": list(pages)}, headers=editor))
        assert list(job["result"]["failed"]) == [pages[1]]
        failed_again = finish(client.post(f"/v1/jobs/{job['id']}/retry", headers=editor))
        assert "candidate" not in failed_again["result"]
    finally:
        site.broken.clear()
    again = finish(client.post(f"/v1/jobs/{failed_again['id']}/retry", headers=editor))
    first, second = job["result"]["candidate"], again["result"]["candidate"]
    waiting = [
        each for each in client.get("/v1/versions", headers=editor).json() if each["state"] == "candidate"
    ]
    assert [each["id"] for each in waiting] == [second]
    assert client.get(f"/v1/versions/{first}", headers=editor).json()["state"] == "discarded"
    changes = client.get(f"/v1/versions/{second}/diff", headers=editor).json()["changes"]
    assert {each["url"] for each in changes} == set(pages)
    assert client.post(f"/v1/versions/{second}/publish", json={}, headers=editor).json()["live"] is True
    assert "$250" in said(client)


def test_the_list_is_filtered(client, editor, published):
    """By words and by what the last check said; the answer names what could be chosen."""
    found = client.get("/v1/pages", params={"text": "council"}, headers=editor).json()
    assert [page["title"] for page in found["pages"]] == ["Register a dog"]
    assert client.get("/v1/pages", params={"problem": True}, headers=editor).json()["total"] == 0
    assert client.get("/v1/pages", params={"older_than_days": 1}, headers=editor).json()["total"] == 0
    assert client.get("/v1/pages", params={"language": "mi"}, headers=editor).json()["total"] == 0


def test_nothing_to_read_is_told(client, editor, published):
    """Before any job is started, or by the job itself."""
    assert client.post("/v1/pages/read-again", json={}, headers=editor).status_code == 422
    refused = client.post(
        "/v1/pages/read-again", json={"urls": ["https://elsewhere.example/x"]}, headers=editor
    )
    client.get(f"/v1/jobs/{refused.json()['id']}/events", headers=editor)
    job = client.get(f"/v1/jobs/{refused.json()['id']}", headers=editor).json()
    assert job["state"] == "failed" and "elsewhere.example" in job["error"]


@pytest.fixture
def files(tmp_path):
    """What lies on the server and is nobody's to read over HTTP: a folder, files of pages and addresses."""
    folder = tmp_path / "not yours"
    folder.mkdir()
    (folder / "secret.md").write_text("# Secret\n\nThe safe opens with 4711.\n")
    page = {"url": "https://www.govt.nz/secret/", "title": "Secret", "text": "The safe opens with 4711."}
    (folder / "pages.jsonl").write_text(json.dumps(page))
    (folder / "list.txt").write_text("https://www.govt.nz/4711/\n")
    return folder


@pytest.mark.parametrize("name", ["", "pages.jsonl", "list.txt", "secret.md", "nothing.md"])
@pytest.mark.parametrize("asked", ["source", "urls"])
def test_no_file_of_the_server_is_read_because_somebody_names_it(client, editor, finish, files, name, asked):
    """An editor's key reads web addresses; whether there is such a file is not told either."""
    path = str(files / name)
    body = {"source": path} if asked == "source" else {"urls": [path]}
    job = finish(client.post("/v1/pages/read-again", json=body, headers=editor))
    assert (job["state"], job["result"]) == ("failed", None)
    assert "is not a web address" in job["error"] and "4711" not in job["error"]


def test_a_folder_that_was_read_on_the_server_is_read_again_by_its_name(client, editor, finish, files):
    """Whoever looks after the server has had it read before: editors keep it up."""
    services = client.app.state.services
    client.portal.call(lambda: sync(FolderSource(files), services.index, now=now))
    (files / "secret.md").write_text("# Secret\n\nThe safe opens with 4712.\n")
    job = finish(client.post("/v1/pages/read-again", json={"source": str(files)}, headers=editor))
    assert job["result"]["counts"]["changed"] == 1
