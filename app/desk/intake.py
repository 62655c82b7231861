"""A report by telephone, in person or by letter, and the sheet with its receipt to hand over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, g, request

from app import clock
from app.desk.forms import PhoneForm
from app.desk.guards import for_casework
from app.desk.room import language, room, show
from app.filled import Filled
from app.labels import CHANNEL_LABELS
from app.locale import LANGUAGES, gettext_of
from app.report_choices import report_choices
from casework.access import case_code
from casework.answers import Problem, parse_answers
from casework.doortokens import FormToken, TokenState, issue_form, read_form
from casework.errors import ReportWithdrawn
from casework.phone import take_phone_report
from casework.sitting import Sitting
from casework.vocabulary import Channel, TeamKind

intake = Blueprint("intake", __name__)
CHANNELS = (Channel.PHONE, Channel.IN_PERSON, Channel.LETTER)


def _channel(named: str) -> Channel:
    return Channel(named) if named in CHANNELS else Channel.PHONE


def _page(token: FormToken, channel: Channel, filled: Filled, form: PhoneForm) -> str:
    return show(
        "desk/intake.html",
        form=form,
        token=token,
        channel=channel,
        channels={code: CHANNEL_LABELS[code] for code in CHANNELS},
        languages=LANGUAGES,
        filled=filled,
        **report_choices(gettext_of(language())),
    )


def _fresh() -> FormToken:
    return issue_form(room().files.door_key, clock.epoch_seconds())


def own_reader(sitting: Sitting) -> TeamKind:
    """The ombudsperson's office keeps its own calls."""
    kinds = {team.kind for team in sitting.case_teams}
    return TeamKind.OMBUDS if kinds == {TeamKind.OMBUDS} else TeamKind.TEAM


@intake.get("/cases/new")
@for_casework
def new_case(_sitting: Sitting) -> str:
    channel = _channel(request.args.get("channel", ""))
    return _page(_fresh(), channel, Filled(gettext_of(language())), PhoneForm(formdata=None))


@intake.post("/cases/new")
@for_casework
def take_report(sitting: Sitting) -> str | tuple[str, int]:
    state, form, today = room(), PhoneForm(), clock.today()
    fields = {name: request.form.getlist(name) for name in request.form}
    parsed = parse_answers(fields, today)
    channel, spoken = _channel(form.channel.data or ""), form.language.data or language()
    problems = list(parsed.problems)
    if spoken not in LANGUAGES:
        problems.append(Problem("language", "unknown_choice"))
    token = _token(form)
    if token is None or not form.is_ours:
        return _refused(fields, [*problems, Problem("what", "send_again")], None, channel)
    if problems:
        return _refused(fields, problems, token, channel)
    try:
        case_id = take_phone_report(
            state.session,
            state.files,
            token,
            parsed.answers,
            spoken,
            channel,
            today,
            own_reader(sitting),
        )
    except ReportWithdrawn:
        return _refused(fields, [Problem("what", "send_again")], None, channel)
    g.page_language = spoken  # the sheet is for the person who told
    return show(
        "desk/receipt.html",
        token=token,
        spoken=spoken,
        case_id=case_id.hex(),
        code=case_code(case_id),
        mailbox=f"{state.config.reporter.public_url}/{spoken}/mailbox",
    )


def _token(form: PhoneForm) -> FormToken | None:
    life = room().config.forms.life_seconds
    state, token = read_form(
        room().files.door_key, form.form.data or "", clock.epoch_seconds(), life
    )
    return token if state is TokenState.VALID else None


def _refused(
    fields: Mapping[str, Sequence[str]],
    problems: Sequence[Problem],
    token: FormToken | None,
    channel: Channel,
) -> tuple[str, int]:
    filled = Filled(gettext_of(language()), fields, problems)
    return _page(token or _fresh(), channel, filled, PhoneForm(formdata=None)), 400
