"""Giving a case to a circle or another team, and deleting it for good."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.desk.forms import DeleteForm, HandOverForm
from app.desk.guards import for_casework, for_leads
from app.desk.room import room, show
from app.labels import msg
from casework.access import OpenCase, case_for
from casework.circles import hand_to_team
from casework.errors import CaseNotFound, PasswordNeeded, StaleRevision
from casework.purge import purge
from casework.sitting import Sitting
from casework.storage import wipe_log

handing = Blueprint("handing", __name__)
NOT_MEANT = msg("Please type the short name of the case, as a sign that you mean it.")


def _case(sitting: Sitting, case_id: str) -> OpenCase:
    state = room()
    return case_for(state.session, sitting, case_id, state.files.door_key, clock.office_now())


@handing.post("/cases/<case_id>/keeper")
@for_casework
def hand_over(sitting: Sitting, case_id: str) -> AnyResponse | tuple[str, int]:
    form, opened = HandOverForm(), _case(sitting, case_id)
    if not form.is_ours:
        return redirect(f"/cases/{opened.id_hex}", 303)
    try:
        target = bytes.fromhex(form.target.data or "")
    except ValueError:
        raise CaseNotFound from None
    now = clock.office_now()
    try:
        hand_to_team(room().session, sitting, opened, target, form.shown_revision, now)
    except StaleRevision:
        room().session.rollback()
    return redirect(f"/cases/{opened.id_hex}", 303)


def _delete_page(opened: OpenCase, problem: str = "") -> str:
    form = DeleteForm(formdata=None, data={"revision": opened.stored.revision})
    return show("desk/delete.html", case=opened, form=form, problem=problem, troubled=bool(problem))


@handing.get("/cases/<case_id>/deletion")
@for_leads
def delete_page(sitting: Sitting, case_id: str) -> str:
    opened = _case(sitting, case_id)
    if not sitting.is_fresh:
        raise PasswordNeeded
    return _delete_page(opened)


@handing.post("/cases/<case_id>/deletion")
@for_leads
def delete_case(sitting: Sitting, case_id: str) -> AnyResponse | tuple[str, int]:
    form, opened = DeleteForm(), _case(sitting, case_id)
    if not form.is_ours or (form.code.data or "").strip().upper() != opened.code:
        return _delete_page(opened, NOT_MEANT), 400
    state = room()
    purge(state.session, sitting, state.files, opened, clock.office_now())
    wipe_log(state.db.engine)
    return redirect("/cases", 303)
