"""The read API for everyone and the write API by role, as programs use them."""

from __future__ import annotations

import csv
import io
import json

LETTERS = {
    "title": "Sorting letters",
    "agency": "Ministry of Letters",
    "summary": "Sorts incoming letters by what they ask for.",
    "stage": "trial",
    "contact": "letters@example.govt.nz",
}


def test_the_programme_lists_its_fifteen_initiatives_with_their_source(public):
    """A reader sees exact titles, in order, with where and when they were read."""
    body = public.get("").json()
    assert [each["number"] for each in body["initiatives"]] == list(range(1, 16))
    assert body["source"].startswith("https://www.digital.govt.nz/")
    assert [each["deliverable"] for each in body["initiatives"][2:]] == [None] * 13


def test_a_draft_becomes_public_without_its_contact(public, editor):
    """The public reads a record once it is published, and never its private fields."""
    draft = editor.create("use-cases", **LETTERS)
    assert public.get(f"/use-cases/{draft['slug']}").status_code == 404
    assert editor.move(draft, "publish").status_code == 200
    shown = public.get(f"/use-cases/{draft['slug']}").json()
    assert shown["title"] == "Sorting letters"
    assert "contact" not in shown["fields"]
    assert editor.read(draft)["fields"]["contact"] == "letters@example.govt.nz"


def test_what_a_client_has_is_not_sent_twice(public, editor):
    """The ETag of a record and of a list answers 304 until something changes."""
    record = editor.publish("use-cases", **LETTERS)
    for path in (f"/use-cases/{record['slug']}", "/use-cases?limit=5", ""):
        tag = public.get(path).headers["etag"]
        again = public._client.get(f"/v1/programme{path}", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
    changed = editor.patch(record, stage="operational")
    assert changed.headers["etag"] == f'"{record["version"] + 1}"'


def test_changes_name_the_version_that_they_change(editor):
    """Without If-Match a change is refused, on an old version too, and a wrong field is named."""
    record = editor.create("use-cases", **LETTERS)
    path = f"/v1/programme/use-cases/{record['slug']}"
    bare = editor._client.patch(path, json={"fields": {"risk": "low"}}, headers=editor._headers)
    assert bare.status_code == 428
    assert editor.patch(record, risk="low").json()["version"] == 2
    assert editor.patch(record, risk="high").status_code == 412
    for none in (10**30, "9" * 5_000, "one"):
        assert editor.patch({**record, "version": none}, risk="high").status_code == 412
    wrong = editor.patch(editor.read(record), risk="enormous", started="soon")
    assert wrong.status_code == 422
    assert set(wrong.json()["fields"]) == {"risk", "started"}


def test_roles_decide_who_writes(public, editor, evaluator):
    """The public is asked to sign in; a person with another role is told which one is needed."""
    assert public.post("/use-cases", {"fields": LETTERS}).status_code == 401
    refused = evaluator.post("/use-cases", {"fields": LETTERS})
    assert refused.status_code == 403
    assert "editor" in refused.json()["detail"]
    assert public.get("/registrations").status_code == 403
    assert public.get("/use-cases/none/history").status_code == 401


def test_a_removed_record_can_be_restored_and_its_history_read(public, editor):
    """Nothing is lost: the office sees what happened and can take it back."""
    record = editor.publish(
        "tools", title="A tool", agency="Agency", kind_of_tool="tool", summary="It sorts."
    )
    path = f"/v1/programme/tools/{record['slug']}"
    gone = editor._client.delete(path, headers=editor._headers | {"If-Match": f'"{record["version"]}"'})
    assert gone.status_code == 204
    assert public.get(f"/tools/{record['slug']}").status_code == 404
    assert editor.post(f"/tools/{record['slug']}/restore").status_code == 200
    history = editor.get(f"/tools/{record['slug']}/history").json()
    assert [each["action"] for each in history] == ["restore", "remove", "publish", "create"]
    assert public.get(f"/tools/{record['slug']}").status_code == 200


def test_lists_are_filtered_sorted_and_paged(public, editor):
    """A program walks through a list page by page and can trust the total."""
    for number in range(5):
        editor.publish(
            "resources", title=f"Paper {number}", agency="Archive", summary="Worth reading.", tags=["paged"]
        )
    first = public.get("/resources?tags=paged&sort=-title&limit=2").json()
    assert (first["total"], [each["title"] for each in first["records"]]) == (5, ["Paper 4", "Paper 3"])
    second = public._client.get(first["next"]).json()
    assert [each["title"] for each in second["records"]] == ["Paper 2", "Paper 1"]
    refused = public.get("/resources?colour=red")
    assert refused.status_code == 400
    assert "colour" in refused.json()["detail"]


def test_an_import_names_every_bad_row_and_stores_none(editor, public):
    """A dry run tells all that is wrong; a file that is right is stored, and comes back in the export."""
    head = "title,agency,summary,stage\n"
    rows = f"{head}One,Agency,It reads.,trial\nTwo,,It reads.,someday\n,Agency,It reads.,idea\n"

    def send(text, dry_run):
        path = f"/v1/programme/use-cases/import?dry_run={dry_run}"
        headers = editor._headers | {"Content-Type": "text/csv"}
        return editor._client.post(path, content=text.encode(), headers=headers).json()

    tried = send(rows, "true")
    assert {row: set(wrong) for row, wrong in tried["wrong"].items()} == {
        "2": {"agency", "stage"},
        "3": {"title"},
    }
    assert send(rows, "false")["stored"] is False
    assert editor.get("/use-cases/one").status_code == 404
    good = f"{head}Imported one,Agency,It reads.,trial\nImported two,Agency,It reads.,idea\n"
    assert send(good, "false")["created"] == ["imported-one", "imported-two"]
    exported = editor.get("/use-cases/export?format=csv").text
    assert "imported-one" in {row["slug"] for row in csv.DictReader(io.StringIO(exported))}
    again = send(exported, "true")
    assert (again["wrong"], again["created"], again["changed"]) == ({}, [], [])
    assert "imported-one" in again["unchanged"]


def test_a_json_export_is_a_json_import(editor):
    """The same list goes out and in."""
    editor.create("partners", title="A partner", summary="Works with agencies.")
    body = editor.get("/partners/export?format=json").content
    path = "/v1/programme/partners/import?dry_run=true"
    headers = editor._headers | {"Content-Type": "application/json"}
    report = editor._client.post(path, content=body, headers=headers).json()
    assert report["unchanged"] == [each["slug"] for each in json.loads(body)["records"]]


def test_every_kind_has_its_schema_in_the_openapi_document(served, public):
    """A program finds each kind's fields, and the kinds that an address takes."""
    document = served.get("/openapi.json").json()
    kinds = public.get("/kinds").json()
    for kind in kinds:
        name = "".join(part.capitalize() for part in kind["name"].split("-")) + "Fields"
        assert document["components"]["schemas"][name]["properties"]
    parameters = document["paths"]["/v1/programme/{kind}"]["get"]["parameters"]
    assert {"use-cases", "events"} <= set(parameters[0]["schema"]["enum"])
    assert public.get("/kinds/use-cases/schema").json()["$schema"].endswith("2020-12/schema")
