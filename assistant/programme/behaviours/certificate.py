"""Certification: a checklist, a signed certificate, and its lapse when a gate that it rests on fails."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assistant.programme.behaviours.assurance import gate_shown
from assistant.programme.desk import Ask, Desk, scores
from assistant.programme.errors import StaleRecord, UnknownRecord, WrongState
from assistant.programme.gates import result_of
from assistant.programme.page import address
from assistant.programme.records import OFFICE
from assistant.programme.wording import day

if TYPE_CHECKING:
    from assistant.programme.gates import GateResult
    from assistant.programme.records import Change, Record

ISSUED = "issued"


async def checklist(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Every control with its result and evidence, the gates, and what stands in the way."""
    record = ask.of
    answered = {each["id"]: each for each in record.values.get("controls", [])}
    controls = [
        {
            "id": control.id,
            "family": control.family,
            "title": control.title,
            "result": answered.get(control.id, {}).get("result"),
            "evidence": answered.get(control.id, {}).get("evidence", ""),
        }
        for control in desk.catalogue.controls
    ]
    names = record.values.get("gates", [])
    latest = await desk.gates.latest(names)
    gates = [gate_shown(name, latest.get(name)) for name in names]
    return {"controls": controls, "gates": gates, "missing": await _missing(desk, record, controls, gates)}


async def _missing(
    desk: Desk, record: Record, controls: list[dict[str, Any]], gates: list[dict[str, Any]]
) -> list[str]:
    """What stands in the way of a certificate, in words."""
    found = [f"{each['id']} ({each['title']}) has no result" for each in controls if not each["result"]]
    found += [
        f"{each['id']} ({each['title']}) is not met" for each in controls if each["result"] == "not-met"
    ]
    met = [each for each in controls if each["result"] and each["result"] != "not-met"]
    found += [f"{each['id']} ({each['title']}) has no evidence" for each in met if not each["evidence"]]
    found += [] if gates else ["the certificate names no gate that must keep passing"]
    found += [f"gate {each['gate']} has never run" for each in gates if each["passed"] is None]
    found += [f"gate {each['gate']} failed" for each in gates if each["passed"] is False]
    today, longest = desk.register.today, scores()["certificate"]["longest_days"]
    expires = record.values["expires"]
    if expires < today.isoformat():
        found.append("the date of expiry has passed")
    elif expires > (today + timedelta(days=longest)).isoformat():
        found.append(f"it expires more than {longest} days from now")
    assessed = await desk.register.all("assessments", use_case=record.values["use_case"], state="completed")
    return found if assessed else [*found, "the use case has no completed assurance assessment"]


async def issue(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Sign the certificate; raises `WrongState` that names everything that stands in the way."""
    record = ask.of
    if record.state != "draft":
        raise WrongState(f"the certificate is {record.state}, not a draft")
    state = await checklist(desk, ask)
    if state["missing"]:
        raise WrongState("; ".join(state["missing"]), what_to_do="Settle each of these, then issue it.")
    serial = f"c-{secrets.token_hex(8)}"
    signed = desk.signer.sign(await _document(desk, record, serial, state))
    values = {
        "serial": serial,
        "issued_on": desk.register.today.isoformat(),
        "signed": json.dumps(signed, ensure_ascii=False),
        "lapsed_because": None,
    }
    changed = await desk.register.change(
        record, values, by=ask.by, version=record.version, computed=True, reason="issued"
    )
    await desk.register.settle(changed, ISSUED, reason=f"issued by {ask.by.name}")
    return signed


async def _document(desk: Desk, record: Record, serial: str, state: dict[str, Any]) -> dict[str, Any]:
    use_case = await desk.register.read("use-cases", record.values["use_case"], by=OFFICE)
    return {
        "type": "AI safety and security certificate",
        "serial": serial,
        "title": record.title,
        "agency": record.values["agency"],
        "use_case": {"title": use_case.title, "url": address(desk.site, "use-cases", use_case.slug)},
        "issued_on": desk.register.today.isoformat(),
        "expires": record.values["expires"],
        "controls": [
            {name: each[name] for name in ("id", "title", "result", "evidence")} for each in state["controls"]
        ],
        "gates": state["gates"],
        "verify_at": f"{desk.site.rstrip('/')}/v1/programme/certificates/verify",
        "note": "Issued by the people who run this service; not by the Government Chief Digital Officer.",
    }


async def document(_desk: Desk, ask: Ask) -> dict[str, Any]:
    """The signed document; raises `UnknownRecord` where none was issued."""
    if not ask.of.values.get("signed"):
        raise UnknownRecord("this certificate was never issued")
    signed: dict[str, Any] = json.loads(ask.of.values["signed"])
    return signed


async def verify(desk: Desk, signed: Any) -> dict[str, Any]:
    """Whether a document was signed here, and whether what it certifies still stands today."""
    if not desk.signer.is_ours(signed):
        return {
            "signature": "invalid",
            "standing": "unknown",
            "reason": "The signature is not this service's.",
        }
    serial = str(signed["document"].get("serial", ""))
    found = [r for r in await desk.register.all("certificates") if r.values.get("serial") == serial]
    if not found:
        return {"signature": "valid", "standing": "superseded", "reason": "Another certificate replaced it."}
    record = found[0]
    failed = await _failed(desk, record)
    standing = "lapsed" if record.state == ISSUED and failed else record.state
    standing = "valid" if standing == ISSUED else standing
    reason = record.values.get("lapsed_because") or (f"gate {failed[0]} failed" if failed else "")
    return {
        "signature": "valid",
        "standing": standing,
        "reason": reason,
        "certificate": record.slug,
        "url": address(desk.site, "certificates", record.slug),
    }


async def _failed(desk: Desk, record: Record) -> list[str]:
    latest = await desk.gates.latest(record.values.get("gates", []))
    return [name for name, result in latest.items() if not result.passed]


async def lapse(desk: Desk, change: Change, record: Record) -> None:
    """A gate failed: every issued certificate that rests on it lapses."""
    result = result_of(record)
    if change.action != "create" or result.passed:
        return
    for certificate in await desk.register.all("certificates", by=OFFICE, state=ISSUED):
        if result.gate in certificate.values.get("gates", []):
            await _lapse(desk, certificate, result)


async def lapse_failed(desk: Desk) -> None:
    """Every issued certificate lapses of whose gates the latest result is a failure, wherever it was kept."""
    for certificate in await desk.register.all("certificates", by=OFFICE, state=ISSUED):
        latest = await desk.gates.latest(certificate.values.get("gates", []))
        failed = [result for result in latest.values() if not result.passed]
        if failed:
            await _lapse(desk, certificate, failed[0])


async def _lapse(desk: Desk, certificate: Record, result: GateResult) -> None:
    reason = f"gate {result.gate} failed on {day(result.measured_at.date())}"
    try:
        changed = await desk.register.change(
            certificate, {"lapsed_because": reason}, by=OFFICE, version=certificate.version,
            computed=True, reason=reason,
        )  # fmt: skip
        await desk.register.settle(changed, "lapsed", reason=reason)
    except StaleRecord:  # verification looks at the gates themselves, so nothing is certified wrongly
        return
