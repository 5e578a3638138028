"""What only one initiative computes: one small file each, under the name that a kind offers it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.programme.behaviours import (
    assurance,
    certificate,
    community,
    comparison,
    courses,
    events,
    lessons,
    measures,
    own_measures,
    pathways,
    places,
    ratings,
    reminders,
    reuse,
    service,
    similar,
    trials,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.programme.desk import Run

BEHAVIOURS: Mapping[str, Run] = {
    "similar": similar.similar,
    "matches": similar.matches,
    "reuse": reuse.reuse,
    "start-project": reuse.start_project,
    "progress": measures.progress,
    "plot": measures.plot,
    "report-own": own_measures.report_own,
    "evidence": assurance.evidence,
    "assess-own": assurance.assess_own,
    "checklist": certificate.checklist,
    "issue": certificate.issue,
    "document": certificate.document,
    "compare": comparison.compare,
    "status": service.status,
    "transparency": service.transparency,
    "reminders": reminders.reminders,
    "applied": lessons.applied,
    "apply-to": lessons.apply_to,
    "places": places.places,
    "register": places.take_place,
    "enrol": places.take_place,
    "calendar": events.calendar,
    "next": events.next_events,
    "completion": courses.completion,
    "skills": pathways.skills,
    "standing": ratings.standing,
    "digest": community.digest,
}

CHECKS = {
    "trial": trials.check_trial,
    "assessment": assurance.check_assessment,
    "rating": ratings.check_rating,
}

REACTIONS = {"lapse": certificate.lapse}
