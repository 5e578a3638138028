"""The command line over the starter content, as a person and as a program uses it."""

from __future__ import annotations

import json

PASSPORT = "how do I renew my passport"


def lines(text):
    """JSON lines as values."""
    return [json.loads(line) for line in text.splitlines()]


def test_nothing_is_indexed_twice(command):
    """The second run over the same content embeds nothing and publishes nothing."""
    assert command.report["version"] == 1
    again = json.loads(command("ingest", "starter", "--json").stdout)
    assert (again["version"], again["embedded"]) == (None, 0)
    assert len(again["unchanged"]) == len(command.report["added"]) > 80


def test_a_question_is_answered_in_the_terminal(command):
    """The answer, its pages and the label of starter content are printed."""
    shown = command("ask", PASSPORT)
    assert shown.returncode == 0
    assert "passport" in shown.stdout
    assert "https://" in shown.stdout
    assert "Not official" in shown.stdout


def test_a_file_of_questions_gives_an_answer_a_line(command):
    """Each line keeps its identifier, and every quote comes with where it stands."""
    questions = [
        {"id": "p1", "question": PASSPORT},
        {"id": "p2", "question": "how much does it cost?", "history": [PASSPORT]},
        {"id": "p3", "question": "me pēhea te rēhita i te whānautanga?", "history": []},
    ]
    asked = "\n".join(json.dumps(each) for each in questions)
    answered = lines(command("ask", "--file", "-", "--json", input=asked).stdout)
    assert [each["id"] for each in answered] == ["p1", "p2", "p3"]
    for answer in answered:
        assert answer["outcome"] == "answered"
        assert answer["timings"]["total"] > 0
        assert [source["rank"] for source in answer["sources"]] == list(range(1, len(answer["sources"]) + 1))
        for sentence in answer["sentences"]:
            assert all(citation["quote"] and citation["url"] for citation in sentence["citations"])
    assert "passport" in answered[1]["sources"][0]["title"].lower()
    assert answered[2]["language"] == "mi"


def test_a_search_ranks_pages_and_passages(command):
    """Retrieval alone gives ranked pages and passages with scores, best first."""
    found = lines(
        command(
            "search", "--file", "-", "-k", "20", "--json", input=json.dumps({"id": "1", "question": PASSPORT})
        ).stdout
    )
    pages = found[0]["pages"]
    assert len(pages) == 20
    assert "passport" in pages[0]["url"].lower() or "passport" in pages[0]["title"].lower()
    assert [page["score"] for page in pages] == sorted((page["score"] for page in pages), reverse=True)
    assert found[0]["passages"][0]["text"]


def test_a_bad_line_is_named_and_the_rest_goes_on(command, tmp_path):
    """An empty question in a file is reported in its place; the exit code says that not all went well."""
    asked = '{"id": "a", "question": ""}\n{"id": "b", "question": "how do I enrol to vote"}\n'
    done = command("ask", "--file", "-", "--json", input=asked)
    assert done.returncode == 3
    first, second = lines(done.stdout)
    assert "empty" in first["error"]
    assert second["outcome"] == "answered"


def test_wrong_commands_say_what_to_give(command, tmp_path):
    """No question, a missing file and an unknown source each end with advice and a code that is not 0."""
    assert command("ask").returncode == 2
    missing = command("ask", "--file", str(tmp_path / "none.jsonl"))
    assert (missing.returncode, "Check the path" in missing.stderr) == (1, True)
    unknown = command("ingest", "nowhere")
    assert unknown.returncode == 1
    assert "sitemap" in unknown.stderr


def test_pages_from_json_lines_answer_and_can_be_rolled_back(command, tmp_path):
    """JSON lines become pages that answer; after a rollback they do not."""
    pages = tmp_path / "pages.jsonl"
    page = {
        "url": "https://www.govt.nz/zebra/",
        "title": "Zebra crossing permits",
        "text": "You can apply for a zebra crossing permit online.\n\n"
        "## Cost\n\nA zebra crossing permit is free.",
        "agency": "Ministry of Stripes",
    }
    pages.write_text(json.dumps(page) + "\nnot json\n", encoding="utf-8")
    ingested = command("ingest", str(pages), "--json")
    assert ingested.returncode == 3
    report = json.loads(ingested.stdout)
    assert report["added"] == [page["url"]]
    assert report["failed"]
    question = "is a zebra crossing permit free?"
    assert "A zebra crossing permit is free." in command("ask", question).stdout
    assert command("index", "rollback", "1", "--reason", "a slip").returncode == 0
    assert "A zebra crossing permit is free." not in command("ask", question).stdout
    live = [each for each in lines(command("index", "list", "--json").stdout) if each["live"]]
    assert [each["id"] for each in live] == [1]
