"""Public records are pages of the index: there within seconds, gone as soon as they are hidden."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError

from assistant.programme import seed

USE_CASE = {
    "title": "Counting kererū",
    "agency": "Agency of Birds",
    "summary": "Counts kererū in photos of forests.",
    "stage": "operational",
    "contact": "birds@example.govt.nz",
}
QUESTION = {"question": "who counts kererū in photos of forests?"}


def pages(served):
    """Pages of the live index that are records, by address."""
    snapshot = served.portal.call(served.app.state.services.index.live)
    return {page.page.url: page.page for page in snapshot.pages if page.page.origin == "record"}


def test_a_record_answers_with_a_citation_to_its_own_page(served, editor, published):
    """From publishing to a cited answer it takes a moment; drafts and contacts are never there."""
    draft = editor.create("use-cases", **USE_CASE)
    editor.create("use-cases", **USE_CASE | {"title": "A draft of birds"})
    editor.move(draft, "publish")
    published()
    answer = served.post("/v1/answers", json=QUESTION).json()
    citation = answer["sentences"][0]["citations"][0]
    assert citation["url"].endswith("/programme/use-cases/counting-kereru")
    path = citation["url"].removeprefix("http://127.0.0.1:8000")
    assert "Counting kererū" in served.get(path).text
    text = "\n".join(page.text + page.title for page in pages(served).values())
    assert "birds@example.govt.nz" not in text
    assert "A draft of birds" not in text


def test_a_change_costs_that_page_and_a_removal_takes_it_out(served, editor, published):
    """Other pages keep their version; what is hidden stops answering."""
    record = editor.publish("tools", title="Wren", agency="Agency", kind_of_tool="tool", summary="Sings.")
    published()
    before = pages(served)
    record = editor.patch(record, summary="Sings and dances.").json()
    published()
    after = pages(served)
    assert [url for url in after if after[url].version != before[url].version] == [record["url"]]
    headers = editor._headers | {"If-Match": f'"{record["version"]}"'}
    served.delete(f"/v1/programme/tools/{record['slug']}", headers=headers)
    published()
    assert record["url"] not in pages(served)


def test_a_change_that_could_not_be_queued_is_published_later(served, editor, published, monkeypatch):
    """The database was away at that moment: the record does not wait for the next start of the service."""
    jobs, tries = served.app.state.services.jobs, []
    start = jobs.start

    async def away_at_first(*given):
        tries.append(given)
        if len(tries) == 1:
            raise OperationalError("INSERT", {}, Exception("the database is away"))
        return await start(*given)

    monkeypatch.setattr("web.programme.publishing.AGAIN", 0.01)
    monkeypatch.setattr(jobs, "start", away_at_first)
    record = editor.publish("tools", title="Tūī", agency="Agency", kind_of_tool="tool", summary="Mimics.")
    published()
    assert len(tries) > 1
    assert record["url"] in pages(served)


def test_made_up_records_say_so_in_the_index(served, published):
    """A demonstration is marked in its title and text, and none of its sentences counts as checked."""
    register = served.app.state.services.programme.register
    served.portal.call(lambda: seed(register, demonstration=True))
    published()
    made_up = [page for page in pages(served).values() if page.title.endswith("(demonstration)")]
    assert len(made_up) > 15
    assert all("describes nothing real" in page.text for page in made_up)
    assert all(fact.status == "unchecked" for page in made_up for fact in page.facts)
    assert {page.audience for page in pages(served).values()} == {"public-service"}


def test_loading_the_seeds_twice_changes_nothing(served):
    """What people have changed since is left as they wrote it."""
    register = served.app.state.services.programme.register
    served.portal.call(lambda: seed(register, demonstration=True))
    again = served.portal.call(lambda: seed(register, demonstration=True))
    assert (again.created, again.changed) == ([], [])
