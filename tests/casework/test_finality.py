"""When an erasure is final, and how the backups stand."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from casework.backup_folder import Retention
from casework.finality import backup_state
from casework.mailbox import withdraw
from casework.purge import purge
from tests.casework.backups import saved
from tests.casework.conftest import NOW, TODAY, Office

DAY = dt.timedelta(days=1)


def erased_at(office: Office, moment: dt.datetime) -> None:
    """One case is withdrawn, at this moment."""
    token = office.form()
    office.send(token)
    assert withdraw(office.session, office.files, token.receipt, TODAY)
    stamp = moment.timestamp()
    os.utime(office.files.data_dir / "erased.list", (stamp, stamp))


def test_an_erasure_is_final_when_no_older_keys_are_left(office: Office) -> None:
    folder = saved(office).keys.parent
    data_dir = office.files.data_dir
    assert backup_state(data_dir, folder).not_final == ()
    erased_at(office, NOW + DAY / 2)
    state = backup_state(data_dir, folder)
    assert (state.not_final, state.newest_not_final) == ((TODAY,), True)
    saved(office, 1)
    state = backup_state(data_dir, folder)
    assert (state.not_final, state.newest_not_final) == ((TODAY,), False)
    saved(office, 14)
    assert backup_state(data_dir, folder).not_final == ()


def test_an_erasure_can_be_made_final_at_once(office: Office) -> None:
    folder = saved(office).keys.parent
    erased_at(office, NOW + DAY / 2)
    saved(office, 1, Retention(keys_days=0))
    assert backup_state(office.files.data_dir, folder).not_final == ()


def test_keys_saved_in_the_moment_of_an_erasure_count_as_older(office: Office) -> None:
    folder = saved(office).keys.parent
    erased_at(office, NOW - dt.timedelta(seconds=5))
    assert backup_state(office.files.data_dir, folder).not_final == (TODAY,)


def test_a_copied_keys_file_counts_by_the_day_in_its_name(office: Office) -> None:
    keys = saved(office).keys
    erased_at(office, NOW + 2 * DAY)
    later = (NOW + 9 * DAY).timestamp()
    os.utime(keys, (later, later))
    assert backup_state(office.files.data_dir, keys.parent).not_final == (TODAY,)


def test_what_staff_delete_is_on_the_erasure_list_too(office: Office) -> None:
    office.send(office.form())
    folder = saved(office).keys.parent
    lena = office.sit_fresh("lena")
    purge(office.session, lena, office.files, office.case(lena), NOW)
    assert backup_state(office.files.data_dir, folder).newest_not_final


def test_how_the_backups_stand(office: Office, tmp_path: Path) -> None:
    data_dir = office.files.data_dir
    assert backup_state(data_dir, tmp_path / "none") == (False, None, (), False)
    made = saved(office)
    saved(office, 3)
    assert backup_state(data_dir, made.keys.parent)[:2] == (True, TODAY + 3 * DAY)
    (made.keys.parent / "hinsehen-2026-11-27-content.backup").unlink()
    assert backup_state(data_dir, made.keys.parent).newest == TODAY
