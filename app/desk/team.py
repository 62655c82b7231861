"""A team's own page: who is in it, who may come in, who goes, and its keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.desk.forms import CircleForm, InviteForm, MarkedForm
from app.desk.guards import for_casework, for_leads
from app.desk.room import language, look_again, room, show
from app.labels import STAFF_ROLE_LABELS, TEAM_KIND_LABELS, msg
from app.locale import say_short_day
from casework.circles import make_circle
from casework.errors import (
    CaseNotFound,
    InCircle,
    MemberKeySwapped,
    NameTaken,
    PasswordNeeded,
    Refused,
    RewrapUnfinished,
    TooFewLeft,
)
from casework.invitations import Invited, Waiting, invite, let_in, waiting_for
from casework.models import Team
from casework.rotation import Progress, progress, rewrap, rotate
from casework.sitting import OpenTeam, Sitting, newest_of
from casework.teams import RosterEntry, team_profile
from casework.vocabulary import StaffRole, TeamKind
from crypto.receipt import new_receipt, words
from crypto.wordcode import fingerprint

team = Blueprint("team", __name__)
PORTIONS_A_REQUEST = 4
ROLES = (StaffRole.COUNSELLOR, StaffRole.LEAD, StaffRole.AUDITOR)
WHY: dict[type[Refused], str] = {
    TooFewLeft: msg("A team keeps at least one member, a circle at least two."),
    InCircle: msg("This person is in a circle. A member of the circle takes them out of it first."),
    MemberKeySwapped: msg(
        "A member's key in the database is not the one you know. Nothing was changed; please call "
        "your administration."
    ),
    RewrapUnfinished: msg(
        "The cases are still getting their new keys. Please go on with that first."
    ),
    NameTaken: msg("Somebody has this name already."),
}
NO_NAME = msg("Please give a name of at most 80 signs.")


class TeamView(NamedTuple):
    """What the page shows of one team."""

    team: OpenTeam
    roster: tuple[tuple[RosterEntry, str], ...]
    waiting: tuple[Waiting, ...]
    rewrapping: Progress

    @property
    def id_hex(self) -> str:
        return self.team.team_id.hex()


def _views(sitting: Sitting) -> list[TeamView]:
    found = []
    for team_id in dict.fromkeys(t.team_id for t in sitting.case_teams):
        one, session = newest_of(sitting, team_id), room().session
        row = session.get_one(Team, team_id, populate_existing=True)
        roster = tuple(
            (entry, " ".join(fingerprint(entry.key_hash, language())))
            for entry in team_profile(one.seed, row).roster
        )
        waiting = waiting_for(session, one, language())
        found.append(TeamView(one, roster, waiting, progress(session, team_id)))
    return found


def _page(sitting: Sitting, problem: str = "", code: tuple[str, ...] = ()) -> str:
    lang = language()
    return show(
        "desk/team.html",
        views=_views(sitting),
        kinds=TEAM_KIND_LABELS,
        roles={role: STAFF_ROLE_LABELS[role] for role in ROLES},
        all_roles=STAFF_ROLE_LABELS,
        can_have_circle=TeamKind.TEAM,
        form=MarkedForm(formdata=None),
        me=sitting.member_id,
        problem=problem,
        troubled=bool(problem),
        code=" ".join(code),
        say_day=lambda day: say_short_day(day, lang),
    )


def _team_id(named: str) -> bytes:
    try:
        return bytes.fromhex(named)
    except ValueError:
        raise CaseNotFound from None


@team.get("/team")
@for_casework
def own_teams(sitting: Sitting) -> str:
    return _page(sitting)


@team.post("/team/<team_id>/invitation")
@for_leads
def invite_somebody(sitting: Sitting, team_id: str) -> str | tuple[str, int]:
    form, own = InviteForm(), newest_of(sitting, _team_id(team_id))
    name = (form.name.data or "").strip()
    if not form.is_ours or not 0 < len(name) <= 80 or not name.isprintable():
        return _page(sitting, NO_NAME), 400
    role = StaffRole(form.role.data) if form.role.data in ROLES else StaffRole.COUNSELLOR
    code = new_receipt()
    invited = Invited(name, role, (own.team_id,), form.with_card.data == "yes")
    invite(room().session, sitting, code, invited, clock.office_now())
    return _page(sitting, code=words(code, language()))


@team.post("/team/<team_id>/members/<member_id>")
@for_leads
def let_somebody_in(
    sitting: Sitting, team_id: str, member_id: str
) -> AnyResponse | tuple[str, int]:
    return _act(
        sitting,
        lambda: let_in(
            room().session, sitting, _team_id(team_id), _team_id(member_id), clock.office_now()
        ),
    )


@team.get("/team/<team_id>/removal/<member_id>")
@for_leads
def removal(sitting: Sitting, team_id: str, member_id: str) -> str:
    own = newest_of(sitting, _team_id(team_id))
    row = room().session.get_one(Team, own.team_id, populate_existing=True)
    entry = team_profile(own.seed, row).entry(_team_id(member_id))
    if entry is None:
        raise CaseNotFound
    if not sitting.is_fresh:
        raise PasswordNeeded
    form = MarkedForm(formdata=None)
    return show("desk/removal.html", team=own, entry=entry, form=form)


@team.post("/team/<team_id>/removal/<member_id>")
@for_leads
def remove(sitting: Sitting, team_id: str, member_id: str) -> AnyResponse | tuple[str, int]:
    return _renew(sitting, team_id, _team_id(member_id))


@team.post("/team/<team_id>/keys")
@for_leads
def new_keys(sitting: Sitting, team_id: str) -> AnyResponse | tuple[str, int]:
    return _renew(sitting, team_id, b"")


def _renew(sitting: Sitting, team_id: str, without: bytes) -> AnyResponse | tuple[str, int]:
    state, own = room(), _team_id(team_id)

    def act() -> None:
        rotate(state.session, sitting, state.boot_secret, own, clock.office_now(), without)
        if without != sitting.member_id:
            _go_on(own)

    return _act(sitting, act)


def _go_on(team_id: bytes) -> None:
    """So many cases as one request may take; the page shows what is left, and goes on."""
    sitting, session = look_again(), room().session
    for _ in range(PORTIONS_A_REQUEST):
        if not rewrap(session, sitting, team_id).left:
            break
    look_again()


@team.post("/team/<team_id>/progress")
@for_casework
def go_on(sitting: Sitting, team_id: str) -> AnyResponse | tuple[str, int]:
    newest_of(sitting, _team_id(team_id))
    return _act(sitting, lambda: _go_on(_team_id(team_id)))


@team.post("/team/<team_id>/circle")
@for_leads
def found_circle(sitting: Sitting, team_id: str) -> AnyResponse | tuple[str, int]:
    name = (CircleForm().name.data or "").strip()
    if not 0 < len(name) <= 80 or not name.isprintable():
        return _page(sitting, NO_NAME), 400
    chosen = tuple(_team_id(one) for one in request.form.getlist("members"))

    def act() -> None:
        make_circle(room().session, sitting, _team_id(team_id), chosen, name, clock.office_now())

    return _act(sitting, act)


def _act(sitting: Sitting, act: Callable[[], None]) -> AnyResponse | tuple[str, int]:
    if not MarkedForm().is_ours:
        return _page(sitting), 403
    try:
        act()
    except tuple(WHY) as refusal:
        room().session.rollback()
        return _page(sitting, WHY[type(refusal)]), 409
    return redirect("/team", 303)
