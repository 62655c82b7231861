"""Which office a command is about: its folder, by `--data` or by the configuration."""

from __future__ import annotations

import os
from pathlib import Path

import click

from app.cli.serve import office_folder
from app.config import load

DATA = click.option("--data", type=click.Path(path_type=Path), help="The office's data folder.")


def data_folder(data: Path | None) -> Path:
    """The folder of an office that exists; `NoOffice` otherwise."""
    environ = dict(os.environ)
    if data is not None:
        environ["HINSEHEN_STORAGE__DATA_DIR"] = str(data)
    return office_folder(load(None, environ))
