"""`hinsehen serve`: both doors of an office that `hinsehen init` made."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from app.config import Config
from app.desk import create_desk_app
from app.reporter import create_reporter_app
from app.serving import WSGI, Door, refuse_taken_ports, serve
from casework.attachments import remove_left_over_files
from casework.filefolder import FileFolder
from casework.office import SECRET_FILES, OfficeFiles
from casework.sitting import end_all_sittings
from casework.storage import make_engine, settle, upgrade
from crypto.primitives import random_bytes

BOOT_SECRET_BYTES = 32


class NoOffice(Exception):
    """There is no office in the folder; the message is one sentence."""


def office_folder(config: Config) -> Path:
    """The configured folder, or `NoOffice` with the command that makes one there."""
    folder = config.storage.folder
    if not all((folder / name).is_file() for name in SECRET_FILES):
        raise NoOffice(
            f"There is no office in {folder}: make one with hinsehen init --data {folder}."
        )
    return folder


def doors_of(
    config: Config, folder: Path, demo_accounts: tuple[tuple[str, str], ...] = ()
) -> list[Door]:
    """Both doors. Each reads its own secrets in its own process; the boot secret is the desk's.

    The schema is brought up to date, and sittings of an earlier start, which no secret opens any
    more, are removed, and so are files of broken sendings.
    """
    engine = make_engine(OfficeFiles.for_reporters(folder).database)
    upgrade(engine)
    with Session(engine) as session:
        end_all_sittings(session)
        remove_left_over_files(session, FileFolder(folder))
    settle(engine)
    engine.dispose()

    def open_reporter_door() -> Callable[[], WSGI]:
        files = OfficeFiles.for_reporters(folder)
        return lambda: create_reporter_app(config, files)

    def open_desk_door() -> Callable[[], WSGI]:
        files, boot_secret = OfficeFiles.load(folder), random_bytes(BOOT_SECRET_BYTES)
        return lambda: create_desk_app(config, files, boot_secret, demo_accounts)

    reporter, desk = config.reporter, config.desk
    return [
        Door("reporter", reporter.address, reporter.port, open_reporter_door),
        Door("desk", desk.address, desk.port, open_desk_door),
    ]


def settle_office(folder: Path) -> None:
    """When all doors are closed: no log is left, and no page tells the order of arrival."""
    engine = make_engine(OfficeFiles.for_reporters(folder).database)
    settle(engine)
    engine.dispose()


def run_serve(config: Config) -> int:
    """Serve until asked to stop."""
    folder = office_folder(config)
    refuse_taken_ports([("reporter", config.reporter), ("desk", config.desk)])

    def say_ready() -> None:
        print(f"Reporters: {config.reporter.public_url}", file=sys.stderr)
        print(f"Desk: {config.desk.public_url}", file=sys.stderr)

    return serve(doors_of(config, folder), say_ready, lambda: settle_office(folder))
