"""`hinsehen team`: recovery cards made and used, and where each team stands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app import clock
from app.cli.asking import ask, ask_card
from app.cli.handing_out import hand_out, open_file
from app.cli.new_account import code_secret
from app.cli.office_data import DATA, data_folder
from app.cli.refusals import one_sentence
from app.config import CONFIG_VARIABLE, load
from app.sheets import card_sheets
from casework.members import NewMember, Profile, member_named
from casework.models import Team
from casework.office import OfficeFiles
from casework.recovering import Recovered, recover_team
from casework.recovery import PLANS, recover, recovery_set, set_up_recovery, team_of_card
from casework.signing_in import Typed, confirm_password, sign_in
from casework.sitting import Desk, OpenTeam, Sitting, end_sitting, newest_of, open_sitting
from casework.storage import make_engine, wipe_log
from casework.team_counts import TeamCount, count_teams
from casework.vocabulary import StaffRole, TeamKind
from crypto.keys import new_seed
from crypto.primitives import random_bytes
from crypto.wordcode import HOLDER_CARD, KEY_CARD, card_words

LONGEST_NAME = 80
FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def team() -> None:
    """Recovery cards of a team, and where it stands."""


@team.command("recovery-setup")
@DATA
@click.option("--plan", type=click.Choice(list(PLANS)), default="2-of-3", show_default=True)
@click.option("--sheets", type=FILE, help="A PDF to print, one page for each holder.")
@click.option("--on-screen", is_flag=True, help="Show the words here instead, once.")
@click.option("--holder", "holders", multiple=True, help="Who keeps a card; again for each.")
def recovery_setup(
    data: Path | None, plan: str, sheets: Path | None, on_screen: bool, holders: tuple[str, ...]
) -> int:
    """Make new recovery cards for a team; earlier ones are out of use."""
    if (sheets is None) != on_screen:
        raise click.UsageError("Give either --sheets FILE or --on-screen.")
    chosen = PLANS[plan]
    if len(holders) > chosen.holders:
        raise click.UsageError(f"{plan} has {chosen.holders} holders, not {len(holders)}.")
    folder = data_folder(data)
    files = OfficeFiles.load(folder)
    with one_sentence():
        file = open_file(sheets)
        try:
            with _session(files) as session, _signed_in(session, files) as sitting:
                one = _choose(sitting)
                now = clock.office_now()
                cards = set_up_recovery(session, sitting, one.team_id, chosen, now)
        except BaseException:
            if file is not None:
                file.give_up()
            raise
    names = _office_name(folder), one.name
    made = card_sheets(cards, holders, chosen.threshold, names, clock.today(), folder)
    hand_out(file, made)
    return 0


def _office_name(folder: Path) -> str:
    own = folder / "config.toml"
    by_folder = own.is_file() and CONFIG_VARIABLE not in os.environ
    return load(own if by_folder else None, os.environ).office.name


@team.command("recover")
@DATA
@click.option("--with-card", is_flag=True, help="The new account gets a key card.")
def recover_command(data: Path | None, with_card: bool) -> int:
    """Let a new lead in by the cards of enough holders."""
    files = OfficeFiles.load(data_folder(data))
    with one_sentence(), _session(files) as session:
        row, cards = _typed_cards(session)
        role = StaffRole.AUDITOR if row.kind == TeamKind.AUDIT else StaffRole.LEAD
        new = _new_account(role, with_card)
        done = recover_team(session, files, row.id, cards, new, clock.office_now())
    click.echo(_told(done, new))
    return 0


@team.command()
@DATA
def status(data: Path | None) -> int:
    """Say in numbers where each team stands; names are sealed."""
    with _session(OfficeFiles.load(data_folder(data))) as session:
        for number, one in enumerate(count_teams(session), 1):
            click.echo(f"{number}: {_line(one)}")
    return 0


def _line(one: TeamCount) -> str:
    done, left = one.rewrapping
    cards = f"{one.cards_needed} of {one.cards}" if one.cards else "none"
    return (
        f"{one.kind.value}, epoch {one.epoch}, members: {one.members}, "
        f"under the newest key: {done} of {done + left}, recovery cards: {cards}"
    )


@contextmanager
def _session(files: OfficeFiles) -> Iterator[Session]:
    """The office's database; afterwards what was deleted stands nowhere any more."""
    engine = make_engine(files.database)
    try:
        with Session(engine) as session:
            yield session
        wipe_log(engine)
    finally:
        engine.dispose()


@contextmanager
def _signed_in(session: Session, files: OfficeFiles) -> Iterator[Sitting]:
    """A sitting by name, password and code, fresh at once; it ends with the command."""
    name, password = ask("Name"), ask("Password", hidden=True)
    member = member_named(session, files.desk_key, name)
    has_card = member is not None and bool(member.needs_card)
    card = ask_card(KEY_CARD, "The 24 words of the key card") if has_card else None
    now, desk = clock.epoch_seconds(), Desk(files, random_bytes(32))
    typed = Typed(name, password, ask("Code of the authenticator"), card)
    cookie, sitting = sign_in(session, desk, typed, now)
    try:
        confirm_password(session, desk.boot_secret, cookie, password, card, now)
        yield open_sitting(session, desk, cookie, now) or sitting
    finally:
        end_sitting(session, desk.boot_secret, cookie)


def _choose(sitting: Sitting) -> OpenTeam:
    """The person's only team, or the one they name by its number."""
    ids = dict.fromkeys(one.team_id for one in sitting.teams)
    own = sorted((newest_of(sitting, one) for one in ids), key=_case_teams_first)
    if not own:
        raise click.ClickException("This account is in no team.")
    if len(own) == 1:
        return own[0]
    for number, one in enumerate(own, 1):
        click.echo(f"{number}: {one.name} ({one.kind.value})")
    answer = ask("Number of the team")
    if not answer.isdecimal() or not 1 <= int(answer) <= len(own):
        raise click.ClickException(f"There are only the numbers 1 to {len(own)}.")
    return own[int(answer) - 1]


def _case_teams_first(one: OpenTeam) -> tuple[bool, str]:
    return one.kind is TeamKind.AUDIT, one.name


def _typed_cards(session: Session) -> tuple[Team, tuple[bytes, ...]]:
    """Enough cards, tried at once so that a wrong one is told before anything else is asked.

    The first card says which team it belongs to.
    """
    first = ask_card(HOLDER_CARD, "The 12 words of the first card")
    if first is None:
        raise click.Abort
    row = team_of_card(session, first)
    cards = [first]
    for number in range(2, recovery_set(session, row).threshold + 1):
        card = ask_card(HOLDER_CARD, f"The 12 words of card number {number} (empty: no more)")
        if card is None:
            break
        cards.append(card)
    once = tuple(dict.fromkeys(cards))
    recover(session, row, once)
    return row, once


def _new_account(role: StaffRole, with_card: bool) -> NewMember:
    """What the new person chooses; a known name of the team becomes that person's new account."""
    name = ask("Name of the new lead, or of who gets a new account")
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise click.ClickException(f"A name has 1 to {LONGEST_NAME} signs.")
    password = ask("New password, at least 12 signs", hidden=True)
    if ask("The same password again", hidden=True) != password:
        raise click.ClickException("The two passwords differ; nothing was changed.")
    profile = Profile(name, role, random_bytes(20))
    return NewMember(profile, password, new_seed() if with_card else None)


def _told(done: Recovered, new: NewMember) -> str:
    name = new.profile.name
    lines = [f"{done.team} is recovered: {name} signs in with the new password."]
    lines += [code_secret(name, new.profile.totp_secret), "It is shown only now."]
    if new.device_secret:
        lines.append(f"Key card: {' '.join(card_words(KEY_CARD, new.device_secret, 'de'))}")
    lines += _what_is_left(done)
    lines.append("Everybody of the team reads for 30 days that it was recovered.")
    return "\n".join(lines)


def _what_is_left(done: Recovered) -> list[str]:
    lines = []
    if done.left:
        lines.append(f"{done.left} rows still wait for the new key; one of them may be damaged.")
    if done.dropped:
        lines.append(f"No longer in the team, please invite anew: {', '.join(done.dropped)}.")
    if done.other_teams:
        lines.append(f"The old account was in other teams too: {done.other_teams}.")
    if done.auditors == 0:
        lines.append("Nobody can read the audit chain any more: its keys are lost.")
    if not done.cards_hold:
        lines.append("The cards are out of use: run hinsehen team recovery-setup.")
    else:
        lines.append("The same cards hold for the new keys.")
    return lines
