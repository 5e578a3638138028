"""A person can be erased: afterwards no table, no page and no version of the index holds what named them."""

from __future__ import annotations

from sqlalchemy import MetaData, select

from ingest import open_engine

NAME, EMAIL, WHO = "Hinemoa Tāwhai", "hinemoa.tawhai@example.govt.nz", "HINEMOA  TAWHAI"
WORDS = (NAME, "Hinemoa", "hinemoa", EMAIL, "hinemoa-tawhai")


def everything(served):
    """Every value of every table, as text, with the files of the data folder that hold the index."""
    settings = served.app.state.services.settings

    async def read():
        engine = open_engine(settings.database)
        try:
            async with engine.begin() as connection:
                tables = MetaData()
                await connection.run_sync(tables.reflect)
                rows = [
                    row for table in tables.sorted_tables for row in await connection.execute(select(table))
                ]
            return "\n".join(str(tuple(row)) for row in rows)
        finally:
            await engine.dispose()

    return served.portal.call(read), b"".join(map(content, settings.data_dir.rglob("*")))


def content(path):
    """The bytes of a file; none of a folder, and of a file that the service has just let go of."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:
        return b""


def traces(served):
    """Which words that name the person are still somewhere."""
    rows, stored = everything(served)
    return [word for word in WORDS if word in rows or word.encode() in stored]


def vectors(served):
    """The keys of what the vector store holds."""
    return served.portal.call(served.app.state.services.index.vectors.keys)


def test_nothing_of_an_erased_person_is_left_anywhere(served, editor, admin, published):
    """Their own record, others that mention them, the history of both, addresses, pages and old versions."""
    before = vectors(served)
    member = editor.create("members", title=NAME, agency="Agency", email=EMAIL)
    assert "hinemoa" not in member["slug"]
    editor.patch(member, interests=["chat"])
    tool = editor.publish(
        "tools", title=f"{NAME} index", agency="Agency", kind_of_tool="tool", summary="One."
    )
    published()
    other = editor.create("tools", title="Wheel", agency="A", kind_of_tool="tool", summary=f"By {WHO}.")
    other = editor.patch(other, summary="By nobody.").json()
    published()
    assert len(traces(served)) > 3
    naming = vectors(served) - before
    assert naming

    body = {"words": [NAME], "records": [f"members/{member['slug']}"]}
    assert editor.post("/erasures", body | {"dry_run": False}).status_code == 403
    tried = erased(admin, body)
    assert (tried["dry_run"], tried["records"], tried["removed"]) == (True, 2, 1)
    assert len(traces(served)) > 3

    done = erased(admin, body | {"dry_run": False})
    assert (done["records"], done["changes"]) == (tried["records"], tried["changes"])
    published()
    assert traces(served) == []
    assert not naming & vectors(served)
    assert admin.get(f"/members/{member['slug']}").status_code == 404
    assert admin.get(f"/tools/{tool['slug']}").status_code == 404
    titles = [each["title"] for each in admin.get("/tools").json()["records"]]
    assert "[erased] index" in titles
    assert "[erased]" in admin.get(f"/tools/{other['slug']}/history").text
    audited(served)


def erased(admin, body):
    """What an erasure says that it did."""
    answer = admin.post("/erasures", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def audited(served):
    """The trail tells who erased, of nobody that it names, and is whole."""
    audit = served.app.state.services.access.audit
    entry = served.portal.call(audit.entries)[0]
    assert (entry.action, entry.subject, entry.by) == ("programme.erased", "a person", "admin-key")
    assert served.portal.call(audit.broken) is None


def test_a_word_that_names_half_the_register_is_refused(admin):
    """Short words stand in too much that is not the person's."""
    for words in (["Ana"], []):
        refused = admin.post("/erasures", {"words": words, "dry_run": False})
        assert refused.status_code == 400 and refused.json()["what_to_do"]
