"""Views and actions: what only one initiative computes, at addresses that are alike for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response

from assistant.programme import Ask, Document, NotAllowed, settle_expired, verify
from assistant.programme.behaviours import BEHAVIOURS
from web.access import Person, allow
from web.api.programme.conditional import answered
from web.api.programme.views import Built, Verdict
from web.problems import Problem
from web.programme.people import Asking, actor_of

if TYPE_CHECKING:
    from assistant.programme import Actor, Record
    from web.programme import Programme

ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (400, 401, 403, 404, 409, 422)
}
router = APIRouter(prefix="/v1/programme", tags=["work programme"], responses=ERRORS)
LONGEST = 2_000
Signed = Annotated[Person, Depends(allow())]
Arguments = Annotated[dict[str, str], Body(description="The action's arguments, by name.")]


@router.get("/certificates/key", summary="The public key that certificates are verified with")
async def read_key(request: Request, built: Built) -> Response:
    """Ed25519 (RFC 8032), the raw key in base64."""
    signer = built.desk.signer
    return answered(
        request, {"algorithm": "Ed25519", "key_id": signer.key_id, "public_key": signer.public_key}
    )


@router.post("/certificates/verify", summary="Verify a signed certificate")
async def verify_certificate(signed: Annotated[dict[str, Any], Body()], built: Built) -> Verdict:
    """Checks the signature, then whether the certificate stands today; 200 whatever the verdict."""
    await settle_expired(built.register, built.register.catalogue.kind("certificates"))
    return Verdict(**await verify(built.desk, signed))


@router.get("/{kind}/views/{name}", summary="A view of a kind")
async def view_kind(kind: str, name: str, request: Request, built: Built, by: Asking) -> Response:
    """GET /v1/programme/kinds/{kind} lists the views and their arguments, which are parameters here."""
    return await _viewed(request, built, kind, None, name, by)


@router.get("/{kind}/{slug}/views/{name}", summary="A view of a record")
async def view_record(
    kind: str, slug: str, name: str, request: Request, built: Built, by: Asking
) -> Response:
    """GET /v1/programme/kinds/{kind} lists the views and their arguments, which are parameters here."""
    await settle_expired(built.register, built.register.catalogue.kind(kind))
    return await _viewed(request, built, kind, await built.register.read(kind, slug, by=by), name, by)


@router.post("/{kind}/actions/{name}", summary="An action on a kind")
async def act_on_kind(
    kind: str, name: str, built: Built, person: Signed, arguments: Arguments | None = None
) -> dict[str, Any]:
    """GET /v1/programme/kinds/{kind} lists the actions, their arguments and the roles they need."""
    return await act(built, kind, None, name, actor_of(person), arguments or {})


@router.post("/{kind}/{slug}/actions/{name}", summary="An action on a record")
async def act_on_record(
    kind: str, slug: str, name: str, built: Built, person: Signed, arguments: Arguments | None = None
) -> dict[str, Any]:
    """GET /v1/programme/kinds/{kind} lists the actions, their arguments and the roles they need."""
    by = actor_of(person)
    await settle_expired(built.register, built.register.catalogue.kind(kind))
    record = await built.register.read(kind, slug, by=by)
    return await act(built, kind, record, name, by, arguments or {})


async def act(
    built: Programme, kind: str, record: Record | None, name: str, by: Actor, arguments: dict[str, str]
) -> dict[str, Any]:
    """Run an action; raises `UnknownBehaviour`, `NotAllowed` and what the action raises."""
    known = built.register.catalogue.kind(kind)
    spec = built.register.catalogue.behaviour(known, name, "action")
    if not by.may(spec.roles):
        raise NotAllowed(f"“{spec.label}” needs one of the roles: {', '.join(spec.roles)}")
    cut = {key: str(value)[:LONGEST] for key, value in arguments.items()}
    result: dict[str, Any] = await BEHAVIOURS[name](built.desk, Ask(known, record, cut, by))
    return result


async def look(
    built: Programme, kind: str, record: Record | None, name: str, by: Actor, arguments: dict[str, str]
) -> Any:
    """Run a view; raises `UnknownBehaviour` and what the view raises."""
    known = built.register.catalogue.kind(kind)
    built.register.catalogue.behaviour(known, name, "view")
    if not known.public and not by.internal:
        raise NotAllowed(f"{known.title} are not public", what_to_do="Sign in, or send an API key.")
    cut = {key: value[:LONGEST] for key, value in arguments.items()}
    return await BEHAVIOURS[name](built.desk, Ask(known, record, cut, by))


async def _viewed(
    request: Request, built: Programme, kind: str, record: Record | None, name: str, by: Actor
) -> Response:
    result = await look(built, kind, record, name, by, dict(request.query_params))
    if not isinstance(result, Document):
        return answered(request, result)
    response = answered(request, result.body, media_type=result.media_type)
    if result.name:
        response.headers["Content-Disposition"] = f'inline; filename="{result.name}"'
    return response
