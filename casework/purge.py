"""Staff delete a case for good: by a sitting alone, with a fresh password."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from casework.access import OpenCase
from casework.audit import write_audit
from casework.correspondence import still_there
from casework.deletion import bury, remove_tombstones
from casework.errors import PasswordNeeded
from casework.filefolder import FileFolder
from casework.office import OfficeFiles
from casework.registry import RegistryBook
from casework.sitting import Sitting
from casework.storage import begin_writing
from casework.vocabulary import Act


def purge(
    session: Session, sitting: Sitting, files: OfficeFiles, case: OpenCase, now: dt.datetime
) -> None:
    """Destroy a case's wraps, then its rows, enter that in the registry, commit; then its files."""
    if not sitting.is_fresh:
        raise PasswordNeeded
    begin_writing(session)
    still_there(session, case)
    file_ids = bury(session, files, case.case_id)
    book = RegistryBook(session, case.book_team)
    book.drop(case.case_id)
    book.save()
    remove_tombstones(session, case.case_id, case.team, files.door_key)
    write_audit(session, sitting, Act.PURGED, now, case.code)
    session.commit()
    FileFolder(files.data_dir).remove(file_ids)
