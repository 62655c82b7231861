"""`hinsehen serve`: both doors of an office that `hinsehen init` made."""

from __future__ import annotations

import sys

from sqlalchemy.orm import Session

from app.config import Config
from app.desk import create_desk_app
from app.reporter import create_reporter_app
from app.serving import Door, refuse_taken_ports, serve
from casework.office import OfficeFiles
from casework.sitting import end_all_sittings
from casework.storage import make_engine, upgrade
from crypto.primitives import random_bytes

BOOT_SECRET_BYTES = 32


class NoOffice(Exception):
    """There is no office in the folder; the message is one sentence."""


def load_office(config: Config) -> OfficeFiles:
    """The office of the configured folder, or `NoOffice` with the command that makes one."""
    folder = config.storage.folder
    try:
        return OfficeFiles.load(folder)
    except FileNotFoundError:
        raise NoOffice(
            f"There is no office in {folder}: make one with hinsehen init --data {folder}."
        ) from None


def doors_of(
    config: Config, files: OfficeFiles, demo_accounts: tuple[tuple[str, str], ...] = ()
) -> list[Door]:
    """Both doors, with a boot secret that lives in memory only.

    The schema is brought up to date, and sittings of an earlier start, which no secret opens any
    more, are removed.
    """
    engine = make_engine(files.database)
    upgrade(engine)
    with Session(engine) as session:
        end_all_sittings(session)
    engine.dispose()
    boot_secret = random_bytes(BOOT_SECRET_BYTES)
    reporter, desk = config.reporter, config.desk
    return [
        Door(
            "reporter", reporter.address, reporter.port, lambda: create_reporter_app(config, files)
        ),
        Door(
            "desk",
            desk.address,
            desk.port,
            lambda: create_desk_app(config, files, boot_secret, demo_accounts),
        ),
    ]


def run_serve(config: Config) -> int:
    """Serve until asked to stop."""
    files = load_office(config)
    refuse_taken_ports([("reporter", config.reporter), ("desk", config.desk)])

    def say_ready() -> None:
        print(f"Reporters: {config.reporter.public_url}", file=sys.stderr)
        print(f"Desk: {config.desk.public_url}", file=sys.stderr)

    return serve(doors_of(config, files), say_ready)
