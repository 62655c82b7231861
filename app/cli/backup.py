"""`hinsehen backup`, `hinsehen backup-card` and `hinsehen restore`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app import clock
from app.cli.office_data import DATA, data_folder
from casework.backup import back_up
from casework.backup_card import backup_key, make_backup_card
from casework.backup_folder import CONTENT_DAYS, KEYS_DAYS, Retention, noted_folder
from casework.restore import BackupFiles, RestoreNote
from casework.restore import restore as restore_office
from crypto.errors import CodeMistyped
from crypto.wordcode import BACKUP_CARD, card_words, fingerprint, read_card

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
CARD_LANGUAGES = (("de", "Deutsch"), ("en", "English"))
WORDS_A_LINE = 6


@click.command()
@DATA
@click.option("--to", "folder", type=FOLDER, help="Where; else where the last one went.")
@click.option("--keep-keys", type=click.IntRange(0, KEYS_DAYS), default=KEYS_DAYS, help="Days.")
@click.option("--keep-content", type=click.IntRange(0), default=CONTENT_DAYS, help="Days.")
def backup(data: Path | None, folder: Path | None, keep_keys: int, keep_content: int) -> int:
    """Write two sealed files: contents and keys."""
    office = data_folder(data)
    keep = Retention(keep_keys, keep_content)
    made = back_up(office, folder or noted_folder(office), clock.office_now(), keep)
    click.echo(f"{made.content}\n{made.keys}\nCases: {made.cases}.")
    if made.dropped:
        click.echo(f"Too old and removed: {', '.join(path.name for path in made.dropped)}.")
    click.echo(f"Only this backup card opens them: {_card_name(office)}.")
    return 0


@click.command("backup-card")
@DATA
@click.option("--again", is_flag=True, help="Make another card for later backups.")
def backup_card(data: Path | None, again: bool) -> int:
    """Make the card that opens backups; shown once."""
    office = data_folder(data)
    secret = make_backup_card(office, again)
    for language, name in CARD_LANGUAGES:
        click.echo(f"{name}:\n{_in_lines(card_words(BACKUP_CARD, secret, language))}\n")
    click.echo(
        "Both are the same card: one of them is enough. Write it on paper and keep it away from"
        "\nthis machine. It is shown only now. Nobody can restore it, and without it no backup"
        f"\nopens.\nThe card's name, which is no secret: {_card_name(office)}."
    )
    if again:
        click.echo("Backups made before now still need the earlier card: keep that one too.")
    return 0


@click.command()
@click.option("--content", type=FILE, required=True, help="The file of contents.")
@click.option("--keys", type=FILE, required=True, help="The file of keys.")
@click.option("--to", "folder", type=FOLDER, required=True, help="A folder without an office.")
@click.option("--erased", type=FILE, help="The file erased.list of the old office.")
def restore(content: Path, keys: Path, folder: Path, erased: Path | None) -> int:
    """Make an office out of two backup files."""
    secret = _typed_card()
    files = BackupFiles(content, keys)
    note = restore_office(secret, files, folder, clock.today(), erased)
    click.echo(f"The office is restored in {folder}.\n{_told(note)}")
    if erased is None:
        click.echo("No erasure list was given: cases erased after the keys were saved are back.")
    click.echo(f"Next: hinsehen doctor --data {folder}")
    return 0


def _in_lines(words: tuple[str, ...]) -> str:
    rows = [words[at : at + WORDS_A_LINE] for at in range(0, len(words), WORDS_A_LINE)]
    return "\n".join(f"  {' '.join(row)}" for row in rows)


def _card_name(office: Path) -> str:
    return " ".join(fingerprint(backup_key(office), "de"))


def _typed_card() -> bytes:
    """The card's secret: typed where nobody sees it, or one line of stdin."""
    if sys.stdin.isatty():
        text = click.prompt("The 24 words of the backup card", hide_input=True)
    else:
        text = sys.stdin.readline()
    try:
        return read_card(BACKUP_CARD, text)
    except CodeMistyped as problem:
        raise click.ClickException(_mistake(problem)) from None


def _mistake(problem: CodeMistyped) -> str:
    if problem.kind == "unknown_word":
        return f"Word {problem.position} is in none of our lists; nothing was restored."
    return "These are not the 24 words of a backup card; nothing was restored."


def _told(note: RestoreNote) -> str:
    return (
        f"Contents of {note.contents_of}, keys of {note.keys_of}."
        f"\nMissing: {note.missing_cases} cases, {note.missing_records} records,"
        f" {note.missing_files} files."
        f"\nErased again: {note.erased_again} cases. Contents without keys: {note.unused_contents}."
    )
