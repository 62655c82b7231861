"""`hinsehen serve`: both doors of an office that `hinsehen init` made."""

import secrets
import sys

from app.config import Config
from app.desk import create_desk_app
from app.reporter import create_reporter_app
from app.serving import Door, serve
from casework.office import OfficeFiles

BOOT_SECRET_BYTES = 32


def doors_of(config: Config, files: OfficeFiles) -> list[Door]:
    """Both doors, with a boot secret that lives in memory only."""
    boot_secret = secrets.token_bytes(BOOT_SECRET_BYTES)
    return [
        Door(
            "reporter",
            config.reporter.address,
            config.reporter.port,
            lambda: create_reporter_app(config, files),
        ),
        Door(
            "desk",
            config.desk.address,
            config.desk.port,
            lambda: create_desk_app(config, files, boot_secret),
        ),
    ]


def run_serve(config: Config) -> int:
    """Serve until asked to stop."""
    files = OfficeFiles.load(config.storage.folder)

    def say_ready() -> None:
        print(f"Reporters: {config.reporter.public_url}", file=sys.stderr)
        print(f"Desk: {config.desk.public_url}", file=sys.stderr)

    return serve(doors_of(config, files), say_ready)
