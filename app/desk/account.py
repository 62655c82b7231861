"""A person's own page, and the administration's: it keeps accounts and opens no case."""

from __future__ import annotations

from flask import Blueprint

from app.desk.guards import for_admin, for_staff
from app.desk.room import room, show
from app.labels import STAFF_ROLE_LABELS
from casework.office import head_count
from casework.sitting import Sitting

account = Blueprint("account", __name__)


@account.get("/account")
@for_staff
def own_account(sitting: Sitting) -> str:
    return show("desk/account.html", person=sitting, role=STAFF_ROLE_LABELS[sitting.role])


@account.get("/admin")
@for_admin
def administration(_sitting: Sitting) -> str:
    return show("desk/admin.html", heads=head_count(room().session))
