"""The code lists: stable ASCII codes, never shown. Labels live in `app/labels.py`.

Sources: grounds, phenomena, areas of life, roles and wishes follow the advd, ADS, RIAS, MIA and
VBRG categories. A code is retired, never reused; a counsellor's assessment is coded apart.
"""

from __future__ import annotations

from enum import StrEnum


class Ground(StrEnum):
    """What someone was treated worse for (several may apply)."""

    ORIGIN = "origin"
    RACISM_ASCRIPTION = "racism_ascription"
    ANTISEMITIC_ASCRIPTION = "antisemitic_ascription"
    SKIN_COLOUR = "skin_colour"
    NATIONALITY = "nationality"
    RESIDENCE_STATUS = "residence_status"
    LANGUAGE = "language"
    NATIONAL_MINORITY = "national_minority"
    RELIGION = "religion"
    BELIEF = "belief"
    POLITICAL_VIEW = "political_view"
    GENDER = "gender"
    GENDER_IDENTITY = "gender_identity"
    SEXUAL_ORIENTATION = "sexual_orientation"
    DISABILITY = "disability"
    CHRONIC_ILLNESS = "chronic_illness"
    AGE = "age"
    SOCIAL_STATUS = "social_status"
    FAMILY_CARE = "family_care"
    APPEARANCE = "appearance"
    OTHER = "other"
    UNKNOWN = "unknown"
    NOT_SAID = "not_said"


class Phenomenon(StrEnum):
    """The hostility behind it (several may apply)."""

    RACISM_GENERAL = "racism_general"
    ANTI_BLACK = "anti_black"
    ANTI_MUSLIM = "anti_muslim"
    ANTI_ROMA_SINTI = "anti_roma_sinti"
    ANTI_ASIAN = "anti_asian"
    ANTI_SLAVIC = "anti_slavic"
    ANTI_SORBIAN = "anti_sorbian"
    ANTI_ARAB_TURKISH = "anti_arab_turkish"
    ANTI_REFUGEE = "anti_refugee"
    XENOPHOBIA = "xenophobia"
    ANTISEMITISM = "antisemitism"
    LGB_HOSTILITY = "lgb_hostility"
    TRANS_HOSTILITY = "trans_hostility"
    SEXISM = "sexism"
    ANTIFEMINISM = "antifeminism"
    ABLEISM = "ableism"
    AGEISM = "ageism"
    CLASSISM = "classism"
    HOMELESS_HOSTILITY = "homeless_hostility"
    RELIGIOUS_HOSTILITY = "religious_hostility"
    NAZI_GLORIFICATION = "nazi_glorification"
    FAR_RIGHT_PRESENCE = "far_right_presence"
    POLITICAL_OPPONENT = "political_opponent"
    NONE_VISIBLE = "none_visible"
    UNKNOWN = "unknown"
    NOT_SAID = "not_said"


class Area(StrEnum):
    """The area of life it happened in."""

    WORK = "work"
    HOUSING = "housing"
    NEIGHBOURHOOD = "neighbourhood"
    SHELTER = "shelter"
    EDUCATION_SCHOOL = "education_school"
    CHILDCARE = "childcare"
    HIGHER_ED = "higher_ed"
    GOODS_SERVICES = "goods_services"
    HOSPITALITY = "hospitality"
    FINANCE_INSURANCE = "finance_insurance"
    HEALTH_CARE = "health_care"
    PUBLIC_AUTHORITY = "public_authority"
    POLICE = "police"
    JUSTICE = "justice"
    PUBLIC_TRANSPORT = "public_transport"
    PUBLIC_SPACE = "public_space"
    LEISURE_CLUBS = "leisure_clubs"
    MEDIA_INTERNET = "media_internet"
    POLITICS_CIVIL = "politics_civil"
    RELIGIOUS_COMMUNITY = "religious_community"
    UNKNOWN = "unknown"
    NOT_SAID = "not_said"


class Role(StrEnum):
    """Who the reporter is in this."""

    AFFECTED = "affected"
    WITNESS = "witness"
    RELATIVE = "relative"
    PROFESSIONAL = "professional"
    THIRD_PARTY = "third_party"
    ORGANISATION = "organisation"
    UNKNOWN = "unknown"
    NOT_SAID = "not_said"


class Wish(StrEnum):
    """What the reporter wishes for."""

    DOCUMENT_ONLY = "document_only"
    COUNSELLING = "counselling"
    LEGAL_INFO = "legal_info"
    ACCOMPANIMENT = "accompaniment"
    MEDIATION = "mediation"
    COMPLAINT_HELP = "complaint_help"
    REFERRAL = "referral"
    PSYCHOSOCIAL = "psychosocial"
    PUBLIC_CHANGE = "public_change"
    UNKNOWN = "unknown"
    NOT_SAID = "not_said"


class Status(StrEnum):
    """Where a case stands; moves are in `rules/lifecycle.py`."""

    RECEIVED = "received"
    IN_COUNSEL = "in_counsel"
    REFERRED = "referred"
    CLOSED = "closed"


class Channel(StrEnum):
    """How a report came in."""

    WEB = "web"
    PHONE = "phone"
    IN_PERSON = "in_person"
    LETTER = "letter"


class StaffRole(StrEnum):
    """What a member of staff does; rights are in `rules/permissions.py`."""

    COUNSELLOR = "counsellor"
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMIN = "admin"


class TeamKind(StrEnum):
    """What a team's key is for: cases, cases that concern colleagues, the audit chain."""

    TEAM = "team"
    CIRCLE = "circle"
    OMBUDS = "ombuds"
    AUDIT = "audit"


class Act(StrEnum):
    """What staff did, as the auditors read it."""

    SIGNED_IN = "signed_in"
    OPENED = "opened"
    ANSWERED = "answered"
    MOVED = "moved"
    ASSIGNED = "assigned"
    TOOK_REPORT = "took_report"
    RESTRICTED = "restricted"
    PURGED = "purged"
    INVITED = "invited"
    JOINED = "joined"
    CONFIRMED = "confirmed"
    REMOVED = "removed"
    ROTATED = "rotated"
    NEW_PASSWORD = "new_password"  # noqa: S105
    RECOVERY_SET_UP = "recovery_set_up"
    RECOVERED = "recovered"


class Notice(StrEnum):
    """What does not fit when the office is looked over at sign-in."""

    CASE_MISSING = "case_missing"
    CASE_CHANGED = "case_changed"
    CASE_NOT_BY_FORM = "case_not_by_form"
    MAILBOX_KEY_CHANGED = "mailbox_key_changed"
    TEAM_KEY_CHANGED = "team_key_changed"
    TEAM_ROW_CHANGED = "team_row_changed"
    REGISTRY_CHANGED = "registry_changed"
    PUT_BACK = "put_back"
    AUDIT_BROKEN = "audit_broken"
    AUDIT_PUT_BACK = "audit_put_back"
    RECOVERED = "recovered"
    NO_RECOVERY = "no_recovery"


class Side(StrEnum):
    """Who wrote a message."""

    REPORTER = "reporter"
    OFFICE = "office"


# The district's guideline names these first; the form shows them before all others.
SEED_GROUNDS = (
    Ground.ORIGIN,
    Ground.SKIN_COLOUR,
    Ground.NATIONALITY,
    Ground.RELIGION,
    Ground.BELIEF,
    Ground.GENDER,
    Ground.GENDER_IDENTITY,
    Ground.SEXUAL_ORIENTATION,
    Ground.DISABILITY,
    Ground.AGE,
)
SEED_PHENOMENA = (Phenomenon.RACISM_GENERAL, Phenomenon.ANTISEMITISM)
