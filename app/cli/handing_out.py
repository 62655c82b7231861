"""How recovery cards leave the program: as a file to print, or once on the screen."""

from __future__ import annotations

from pathlib import Path

import click

from app.sheets import CannotPrint, CardSheet, NewFile, pdf_of, sheets_pdf

WORDS_A_LINE = 6


def open_file(path: Path | None) -> NewFile | None:
    """Where the sheets will go, tried before cards are made; None for the screen."""
    if path is None:
        return None
    pdf_of("<title>-</title>")
    return NewFile(path)


def hand_out(file: NewFile | None, sheets: tuple[CardSheet, ...]) -> None:
    """Give the cards out. If the file fails after all, they come on the screen: never lost."""
    if file is not None:
        try:
            file.keep(sheets_pdf(sheets))
        except (CannotPrint, OSError):
            click.echo(f"{file.path} could not be written. Write the words on paper now:")
        else:
            click.echo(
                f"Recovery cards, one page for each holder: {file.path}\nPrint the file, hand the "
                "pages out, and delete it: whoever reads it holds every card."
            )
            return
    for sheet in sheets:
        click.echo(_on_screen(sheet))
    click.echo("Write each card on paper for its holder. They are shown only now.")


def _on_screen(sheet: CardSheet) -> str:
    rows = [sheet.words[at : at + WORDS_A_LINE] for at in range(0, len(sheet.words), WORDS_A_LINE)]
    holder = f" for {sheet.holder}" if sheet.holder else ""
    lines = [f"Recovery card {sheet.number} of {sheet.of}{holder}:"]
    return "\n".join([*lines, *(f"  {' '.join(row)}" for row in rows)])
