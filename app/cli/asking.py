"""Questions at the terminal; without one, the answers are lines of stdin in the same order."""

from __future__ import annotations

import sys

import click

from crypto.errors import CodeMistyped
from crypto.wordcode import Card, read_card


def ask(question: str, hidden: bool = False) -> str:
    """One answer, maybe empty. `hidden`: nothing of it is shown."""
    if sys.stdin.isatty():
        answer = click.prompt(question, hide_input=hidden, default="", show_default=False)
        return str(answer).strip()
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line.strip()


def ask_card(card: Card, question: str) -> bytes | None:
    """A printed card's secret, None for an empty answer; at a terminal mistypings may be mended."""
    while text := ask(question, hidden=True):
        try:
            return read_card(card, text)
        except CodeMistyped as problem:
            if not sys.stdin.isatty():
                raise click.ClickException(_mistake(card, problem)) from None
            click.echo(_mistake(card, problem))
    return None


def _mistake(card: Card, problem: CodeMistyped) -> str:
    if problem.kind == "unknown_word":
        return f"Word {problem.position} is in none of our lists."
    return f"These are not the {card.words} words of such a card."
