"""The backup card: 24 words on paper open every backup; the office keeps only the public key."""

from __future__ import annotations

import os
from pathlib import Path

from casework.errors import BackupRefused
from crypto.keys import new_seed, public_key
from crypto.primitives import PUBLIC_KEY_BYTES

BACKUP_KEY_FILE = "backup.pub"


def make_backup_card(data_dir: Path, again: bool = False) -> bytes:
    """The secret of a new card, 32 bytes, to be shown once; its public key is written down.

    `BackupRefused` where there is a card, unless `again`: later backups are for the new card then,
    and earlier ones still need the old one.
    """
    file = data_dir / BACKUP_KEY_FILE
    if file.exists() and not again:
        raise BackupRefused("There is a backup card already; --again makes another.")
    secret = new_seed()
    draft = file.with_suffix(".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(public_key(secret))
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
    return secret


def backup_key(data_dir: Path) -> bytes:
    """The public key that backups are sealed to; `BackupRefused` when no card was made yet."""
    file = data_dir / BACKUP_KEY_FILE
    if not file.is_file():
        raise BackupRefused(
            f"There is no backup card yet: run hinsehen backup-card --data {data_dir}."
        )
    key = file.read_bytes()
    if len(key) != PUBLIC_KEY_BYTES:
        raise BackupRefused(f"{file} is damaged: run hinsehen backup-card --again.")
    return key
