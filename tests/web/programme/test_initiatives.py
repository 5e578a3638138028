"""One test an initiative: what works here beyond records, driven through HTTP as its people would."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar

from assistant.programme import load_catalogue, verifies

TODAY = datetime.now(UTC).date()
IN_A_YEAR = (TODAY + timedelta(days=365)).isoformat()


def use_case(person, title, summary, **more):
    """A published use case."""
    fields = {"title": title, "agency": "Agency of Tests", "summary": summary, "stage": "operational"}
    return person.publish("use-cases", **(fields | more))


def answer_to(public, question):
    """The assistant's answer."""
    return public._client.post("/v1/answers", json={"question": question}).json()


def passed(evaluator, gate, *, ok=True, run="run-1"):
    """Record the outcome of a gate."""
    return evaluator.create(
        "gate-results",
        title=f"{gate}: {'passed' if ok else 'failed'}",
        gate=gate, passed=ok, run=run, measured_at=datetime.now(UTC).isoformat(),
    )  # fmt: skip


def test_1_a_new_use_case_is_told_who_already_does_this(editor, public, published):
    """Two agencies that triage email are found by meaning, on creation and by anyone who asks."""
    text = "A model triages incoming email and sends each message to the right team."
    use_case(editor, "Email triage", text, agency="Ministry of Post", risk="low", licence="MIT",
             decides="none", human_oversight="A person checks each message.")  # fmt: skip
    use_case(editor, "Triage of incoming email", text + " Staff check it.", agency="Office of Replies")
    made = editor.create(
        "use-cases", title="Email triage for the front desk", agency="Third", stage="idea", summary=text
    )
    assert {each["agency"] for each in made["similar"]} == {"Ministry of Post", "Office of Replies"}
    assert made["similar"][0]["likely_duplicate"]
    asked = {"text": "triage incoming email to the right team"}
    found = public.get("/use-cases/views/matches", params=asked).json()["matches"]
    assert {each["slug"] for each in found} >= {"email-triage", "triage-of-incoming-email"}
    published()
    answer = answer_to(public, "is any agency already using AI to triage incoming email?")
    assert answer["sentences"][0]["citations"][0]["url"].endswith(
        ("/programme/use-cases/email-triage", "/programme/use-cases/triage-of-incoming-email")
    )


def test_2_a_common_case_has_a_reuse_score_and_becomes_a_project(editor, public):
    """The score says its parts, matching use cases are found, and an agency starts with the case's tasks."""
    problem = "Meeting notes take staff hours to write up after every meeting."
    use_case(editor, "Meeting notes", problem)
    case = editor.publish(
        "common-cases", title="Writing up meeting notes", problem=problem, value="high", cost="low",
        data_sensitivity="some", open_licence=True, documented=True,
        tasks=[{"task": "Assess privacy", "weeks": 2}, {"task": "Pilot"}],
    )  # fmt: skip
    scored = public.view(case, "reuse").json()
    assert scored["score"] == sum(scored["parts"].values()) == 25 + 25 + 8 + 10 + 15 + 2
    assert [each["title"] for each in scored["matching_use_cases"]] == ["Meeting notes"]
    started = editor.act(case, "start-project", agency="Office of Minutes").json()
    project = editor.get(f"/projects/{started['project']}").json()
    assert [task["task"] for task in project["fields"]["tasks"]] == ["Assess privacy", "Pilot"]
    assert public.view(case, "reuse").json()["adopted_by"] == ["Office of Minutes"]


def test_3_a_trial_needs_terms_and_closes_itself(editor, admin, public):
    """A trial is approved with terms, data and dates only, and is closed once its last day has passed."""
    trial = editor.create(
        "trials", title="Voice notes", agency="Agency", provider="Provider", purpose="Try it."
    )
    refused = admin.move(trial, "approve")
    assert refused.status_code == 409
    assert "needs: terms, data classes, a first day, a last day" in refused.json()["detail"]
    ended = (TODAY - timedelta(days=2)).isoformat()
    agreed = {"terms": "No training on our data.", "data_classes": ["synthetic"]}
    trial = editor.patch(trial, **agreed, starts="2026-01-01", ends=ended).json()
    assert editor.move(trial, "approve").status_code == 403
    assert admin.move(trial, "approve").status_code == 200
    assert public.read(trial)["state"] == "closed"
    assert (
        editor.get(f"/trials/{trial['slug']}/history").json()[0]["reason"].startswith("The trial's last day")
    )


def test_4_measures_show_progress_and_the_assistant_reports_its_own(editor, public):
    """Readings are plotted against baseline and target; the assistant's come from its real telemetry."""
    case = use_case(editor, "Shorter letters", "Drafts letters in plain language.")
    measure = editor.publish(
        "measures", title="Minutes a letter", use_case=case["slug"], definition="Minutes to draft a letter.",
        unit="minutes", better="lower", baseline=30, target=10,
        readings=[{"on": "2026-06-01", "value": 25}, {"on": "2026-03-01", "value": 30}],
    )  # fmt: skip
    seen = public.view(measure, "progress").json()
    assert [each["value"] for each in seen["readings"]] == [30, 25]
    assert (seen["latest"], seen["change"], seen["share_of_way"], seen["reached"]) == (25, -5, 0.25, False)
    plot = public.view(measure, "plot")
    assert plot.headers["content-type"] == "image/svg+xml"
    assert "2026-06-01: 25" in plot.text
    before = editor.post("/measures/actions/report-own", {}).json()
    answer_to(public, "who drafts letters in plain language?")
    told = editor.post("/measures/actions/report-own", {}).json()
    assert told["questions"] == before["questions"] + 1
    assert told["readings"]["groundedness"] == 1.0
    assert "helpfulness" in told["without_data"]
    own = public.get("/measures/this-assistant-groundedness").json()
    assert own["fields"]["readings"][-1]["value"] == 1.0
    assert own["origin"]["provenance"] == "generated"


def test_5_an_assessment_rests_on_evaluation_runs(editor, evaluator, public):
    """Every principle needs a reasoned result; a gate's latest run is evidence; the assistant's is made."""
    case = use_case(editor, "Assessed", "Reads maps.")
    passed(evaluator, "maps", run="run-7")
    draft = editor.create(
        "assessments", title="Assessment of Assessed", use_case=case["slug"], agency="Agency", gates=["maps"],
        assessed_on=TODAY.isoformat(),
    )  # fmt: skip
    refused = editor.move(draft, "complete")
    assert "Accountability" in refused.json()["detail"]
    answers = [
        {"principle": name, "result": "met", "reason": "Shown."} for name in load_catalogue().principles
    ]
    draft = editor.patch(draft, answers=answers).json()
    assert editor.move(draft, "complete").status_code == 200
    gate = public.view(draft, "evidence").json()["gates"][0]
    assert (gate["gate"], gate["passed"], gate["run"]) == ("maps", True, "run-7")
    passed(evaluator, "guardrails", ok=False)
    own = evaluator.post("/assessments/actions/assess-own", {}).json()
    results = {each["principle"]: each["result"] for each in own["answers"]}
    assert results["human-centred"] == "not-met"
    assert results["inclusive"] == "partly"
    assert public.get("/assessments/this-assistant").json()["state"] == "completed"


def certificate(editor, evaluator, name):
    """A use case with an assessment, and the draft of its certificate with every control settled."""
    case = use_case(editor, name, f"Does {name}.")
    answers = [
        {"principle": each, "result": "met", "reason": "Shown."} for each in load_catalogue().principles
    ]
    editor.publish(
        "assessments", "complete", title=f"Assessment of {name}", use_case=case["slug"], agency="Agency",
        answers=answers, assessed_on=TODAY.isoformat(),
    )  # fmt: skip
    controls = [
        {"id": control.id, "result": "met", "evidence": "Report 7"} for control in load_catalogue().controls
    ]
    return evaluator.create(
        "certificates", title=f"Certificate of {name}", use_case=case["slug"], agency="Agency",
        controls=controls, gates=[f"gate of {name}"], expires=IN_A_YEAR,
    )  # fmt: skip


def test_6_a_certificate_is_signed_verified_and_lapses_when_its_gate_fails(editor, evaluator, public):
    """Anyone verifies the document, here and offline; a forged one is refused; a failed gate ends it."""
    draft = certificate(editor, evaluator, "signing")
    refused = evaluator.act(draft, "issue")
    assert "gate gate of signing has never run" in refused.json()["detail"]
    passed(evaluator, "gate of signing")
    assert editor.act(draft, "issue").status_code == 403
    signed = evaluator.act(draft, "issue").json()
    assert public.view(draft, "document").json() == signed
    key = public.get("/certificates/key").json()["public_key"]
    assert verifies(signed, key)
    assert public.post("/certificates/verify", signed).json()["standing"] == "valid"
    forged = json.loads(json.dumps(signed))
    forged["document"]["expires"] = "2099-01-01"
    assert not verifies(forged, key)
    assert public.post("/certificates/verify", forged).json()["signature"] == "invalid"
    passed(evaluator, "gate of signing", ok=False)
    verdict = public.post("/certificates/verify", signed).json()
    assert (verdict["signature"], verdict["standing"]) == ("valid", "lapsed")
    assert "gate of signing failed" in verdict["reason"]
    assert public.read(draft)["state"] == "lapsed"


def test_6_a_checklist_says_what_is_missing(editor, evaluator):
    """Both families of controls are asked, and each that is open is named."""
    draft = certificate(editor, evaluator, "checking")
    draft = evaluator.patch(draft, controls=[{"id": "OWASP-LLM01", "result": "not-met"}]).json()
    seen = evaluator.view(draft, "checklist").json()
    assert {control["family"] for control in seen["controls"]} == {"NZISM", "OWASP LLM"}
    assert "OWASP-LLM01 (Prompt injection) is not met" in seen["missing"]
    assert "NZISM-ACCESS (Access control) has no result" in seen["missing"]


def test_7_offers_are_compared_field_by_field(editor, public):
    """A buyer sees two offers side by side, and where they differ."""
    supplier = editor.publish("suppliers", title="Supplier", summary="Sells.", certifications=["ISO 27001"])
    shared = {"supplier": supplier["slug"], "summary": "Searches documents.", "capabilities": ["search"]}
    for title, hosting in (("Offer A", "nz"), ("Offer B", "overseas")):
        editor.publish("offers", title=title, hosting=hosting, **shared)
    seen = public.get("/offers/views/compare", params={"of": "offer-a,offer-b"}).json()
    rows = {row["field"]: row for row in seen["rows"]}
    assert rows["hosting"]["values"] == ["in New Zealand", "elsewhere overseas"]
    assert (rows["hosting"]["differs"], rows["capabilities"]["differs"]) == (True, False)
    assert rows["supplier"]["values"] == ["Supplier", "Supplier"]
    assert public.get("/offers/views/compare", params={"of": "offer-a"}).status_code == 400


def test_8_the_service_tells_its_status_accuracy_and_transparency(editor, public):
    """What runs now, what was published of its accuracy, and what it does with questions."""
    editor.publish(
        "releases", title="Release 0.1", version="0.1.0", released_on="2026-11-27",
        accuracy=[{"suite": "starter", "measure": "page first", "value": 1.0, "cases": 40}],
    )  # fmt: skip
    status = public.get("/releases/views/status").json()
    assert status["status"] in {"answers", "cannot answer"}
    assert (status["latest_release"], status["accuracy"][0]["suite"]) == ("0.1.0", "starter")
    told = public.get("/releases/views/transparency").json()
    assert {"What it does", "Personal information"} <= {each["heading"] for each in told["sections"]}


def test_9_commitments_are_reminded_of(editor, public):
    """What is overdue comes first, what is far away does not come, and the public sees none of it."""
    partner = editor.publish("partners", title="University", summary="Does research.")
    agreement = editor.publish(
        "agreements", "sign", title="Research together", partner=partner["slug"], purpose="Study."
    )
    for title, days in (("Report", -3), ("Workshop", 10), ("Review", 300)):
        editor.create(
            "commitments", title=title, agreement=agreement["slug"], owner="University",
            due=(TODAY + timedelta(days=days)).isoformat(),
        )  # fmt: skip
    due = editor.get("/commitments/views/reminders", params={"days": 30}).json()["due"]
    assert [(each["title"], each["overdue"]) for each in due] == [("Report", True), ("Workshop", False)]
    assert editor.get("/commitments/report").json()["state"] == "overdue"
    assert public.get("/commitments/views/reminders").status_code == 403


def test_10_a_lesson_is_linked_to_the_pattern_that_it_changes(editor, public):
    """From an exchange with another country to the pattern that agencies follow here."""
    place = editor.publish("jurisdictions", title="Elsewhere", summary="A country.")
    forum = editor.publish(
        "forums", title="A forum", summary="Meets once a year.", jurisdictions=[place["slug"]]
    )
    exchange = editor.publish(
        "exchanges", title="A visit", forum=forum["slug"], held_on="2026-05-01", summary="They showed us."
    )
    lesson = editor.publish(
        "lessons", title="Ask users", exchange=exchange["slug"], summary="Ask them first."
    )
    pattern = editor.publish("patterns", title="Chat for staff", agency="Agency", summary="How to build it.")
    editor.act(lesson, "apply-to", pattern=pattern["slug"])
    applied = public.view(lesson, "applied").json()["patterns"]
    assert [each["slug"] for each in applied] == [pattern["slug"]]
    links = public.get(f"/patterns/{pattern['slug']}/links").json()
    assert (links[0]["kind"], links[0]["relation"]) == ("lessons", "changes")


def test_11_an_event_has_places_a_waiting_list_and_a_calendar(editor, public, published):
    """The second person waits, moves up when the first cancels, and the feed is valid iCalendar."""
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
    event = editor.publish(
        "events", "announce", title="Forum on AI in practice", summary="A day of talks.", venue="Wellington",
        starts=starts.isoformat(), ends=(starts + timedelta(hours=6)).isoformat(), capacity=1,
        sessions=[{"starts": starts.isoformat(), "title": "Opening"}],
    )  # fmt: skip
    first = editor.act(event, "register", name="Aroha", agency="One", email="aroha@example.govt.nz").json()
    second = editor.act(event, "register", name="Ben", agency="Two").json()
    assert (first["place"], second["place"], second["position"]) == ("confirmed", "waiting", 1)
    assert (first["registration"][-2:], second["registration"][-2:]) == ("-1", "-2")
    again = editor.act(event, "register", name="Aroha", agency="One", email="AROHA@example.govt.nz")
    assert again.status_code == 422
    assert public.view(event, "places").json() == {"capacity": 1, "taken": 1, "free": 0, "waiting": 1}
    editor.move(editor.get(f"/registrations/{first['registration']}").json(), "cancel")
    assert [each["name"] for each in editor.view(event, "places").json()["with_a_place"]] == ["Ben"]
    feed = Calendar.from_ical(public.get("/events/views/calendar").content)
    assert [(str(each["summary"]), each["dtstart"].dt) for each in feed.walk("VEVENT")] == [
        ("Forum on AI in practice", starts)
    ]
    published()
    answer = answer_to(public, "when is the next AI event?")
    assert "Forum on AI in practice" in " ".join(each["text"] for each in answer["sentences"])


def test_12_a_cohort_enrols_people_and_tells_completion(editor, public):
    """Places are limited, completion and ratings are counted, and names stay with the office."""
    course = editor.publish("courses", title="AI for leaders", audience="executives", summary="Decide well.")
    cohort = editor.create(
        "cohorts", title="Leaders, autumn", course=course["slug"], starts="2027-03-01", ends="2027-04-01",
        capacity=2,
    )  # fmt: skip
    places = [editor.act(cohort, "enrol", name=name, agency="Agency").json() for name in ("Ana", "Bo", "Cy")]
    assert [each["place"] for each in places] == ["confirmed", "confirmed", "waiting"]
    enrolment = editor.get(f"/enrolments/{places[0]['registration']}").json()
    editor.move(editor.patch(enrolment, rating=4).json(), "complete")
    seen = public.view(cohort, "completion").json()
    assert (seen["enrolled"], seen["completed"], seen["mean_rating"]) == (3, 1, 4)
    assert "Ana" not in json.dumps(public.view(cohort, "places").json())


def test_13_a_pathway_shows_the_skills_that_each_course_adds(editor, public):
    """A practitioner sees what is gained, what comes next, and what nobody teaches yet."""
    slugs = [
        editor.publish("courses", title=title, audience="practitioners", summary="Learn.", skills=skills)[
            "slug"
        ]
        for title, skills in (("First steps", ["prompting"]), ("Next steps", ["prompting", "evaluation"]))
    ]
    pathway = editor.publish(
        "pathways", title="For analysts", role="Analyst", summary="In order.", courses=slugs,
        skills=["prompting", "evaluation", "procurement"],
    )  # fmt: skip
    seen = public.view(pathway, "skills", completed=slugs[0]).json()
    assert [each["adds"] for each in seen["courses"]] == [["prompting"], ["evaluation"]]
    assert seen["skills_gained"] == ["prompting"]
    assert (seen["skills_to_gain"], seen["skills_not_taught"]) == (["evaluation"], ["procurement"])


def test_14_only_agencies_that_attended_rate_a_training_supplier(editor, public, published):
    """A rating without a completed course is refused; the others make the supplier's standing."""
    supplier = editor.publish(
        "training-suppliers", title="Trainers", summary="Train managers in AI.", audiences=["managers"]
    )
    course = editor.publish(
        "courses",
        title="Managing AI",
        audience="managers",
        summary="For managers.",
        supplier=supplier["slug"],
    )
    about = {"supplier": supplier["slug"], "course": course["slug"], "agency": "Attending"}
    rating = editor.create("ratings", title="Practical", stars=5, **about)
    refused = editor.move(rating, "publish")
    assert (refused.status_code, "Attending" in refused.json()["detail"]) == (409, True)
    cohort = editor.create(
        "cohorts", title="Managers", course=course["slug"], starts="2026-01-01", ends="2027-12-01", capacity=9
    )
    enrolled = editor.act(cohort, "enrol", name="Dee", agency="Attending").json()
    editor.move(editor.get(f"/enrolments/{enrolled['registration']}").json(), "complete")
    assert editor.move(rating, "publish").status_code == 200
    standing = public.view(supplier, "standing").json()
    assert (standing["ratings"], standing["mean"], standing["by_stars"]["5"]) == (1, 5, 1)
    assert [each["slug"] for each in standing["courses"]] == [course["slug"]]
    published()
    answer = answer_to(public, "who can train my managers in AI?")
    assert "Trainers" in json.dumps(answer["sentences"])


def test_15_the_community_has_a_digest_by_day(editor, public):
    """What is new comes by day; drafts and members do not."""
    editor.publish(
        "discussions", title="How do you test prompts?", summary="We wonder.",
        replies=[{"on": "2026-11-20", "agency": "One", "text": "With cases."}],
    )  # fmt: skip
    editor.publish("resources", title="A good paper", agency="One", summary="Read it.")
    editor.create("resources", title="A draft paper", agency="One", summary="Not yet.")
    editor.create("members", title="Eru", agency="One", email="eru@example.govt.nz")
    digest = public.get("/discussions/views/digest", params={"days": 7}).json()
    titles = {item["title"] for day in digest["days"] for item in day["items"]}
    assert {"How do you test prompts?", "A good paper"} <= titles
    assert not {"A draft paper", "Eru"} & titles
    assert date.fromisoformat(digest["days"][0]["day"])
