"""Plain words for every code that people see.

Codes live once in `casework.vocabulary`; here stands what they are called. The values are
English source texts for gettext: show them with `_(GROUND_LABELS[ground])`.
"""

from casework.vocabulary import (
    Act,
    Area,
    Channel,
    Ground,
    Notice,
    Phenomenon,
    Role,
    Side,
    StaffRole,
    Status,
    TeamKind,
    Wish,
)


def msg(text: str) -> str:
    """Mark a text for the catalogues; it is translated where it is shown."""
    return text


GROUND_LABELS: dict[Ground, str] = {
    Ground.ORIGIN: msg("Origin"),
    Ground.RACISM_ASCRIPTION: msg("Because others take me for “foreign”"),
    Ground.ANTISEMITIC_ASCRIPTION: msg("Because others take me for Jewish"),
    Ground.SKIN_COLOUR: msg("Skin colour"),
    Ground.NATIONALITY: msg("Nationality"),
    Ground.RESIDENCE_STATUS: msg("Residence status"),
    Ground.LANGUAGE: msg("Language or accent"),
    Ground.NATIONAL_MINORITY: msg("National minority (Sorbs/Wends, Sinti and Roma …)"),
    Ground.RELIGION: msg("Religion"),
    Ground.BELIEF: msg("Belief"),
    Ground.POLITICAL_VIEW: msg("Political view"),
    Ground.GENDER: msg("Sex or gender, pregnancy"),
    Ground.GENDER_IDENTITY: msg("Gender identity (trans, inter, non-binary)"),
    Ground.SEXUAL_ORIENTATION: msg("Sexual orientation"),
    Ground.DISABILITY: msg("Disability"),
    Ground.CHRONIC_ILLNESS: msg("Long illness"),
    Ground.AGE: msg("Age"),
    Ground.SOCIAL_STATUS: msg("Poverty or social position"),
    Ground.FAMILY_CARE: msg("Family, children, care"),
    Ground.APPEARANCE: msg("Appearance or weight"),
    Ground.OTHER: msg("Another ground"),
    Ground.UNKNOWN: msg("I don’t know"),
    Ground.NOT_SAID: msg("I’d rather not say"),
}

PHENOMENON_LABELS: dict[Phenomenon, str] = {
    Phenomenon.RACISM_GENERAL: msg("Racism"),
    Phenomenon.ANTI_BLACK: msg("Anti-Black racism"),
    Phenomenon.ANTI_MUSLIM: msg("Anti-Muslim racism"),
    Phenomenon.ANTI_ROMA_SINTI: msg("Racism against Sinti and Roma"),
    Phenomenon.ANTI_ASIAN: msg("Anti-Asian racism"),
    Phenomenon.ANTI_SLAVIC: msg("Racism against people from Eastern Europe"),
    Phenomenon.ANTI_SORBIAN: msg("Hostility to Sorbs/Wends"),
    Phenomenon.ANTI_ARAB_TURKISH: msg("Racism against people seen as Arab, Turkish or Kurdish"),
    Phenomenon.ANTI_REFUGEE: msg("Hostility to refugees"),
    Phenomenon.XENOPHOBIA: msg("Hostility to foreigners"),
    Phenomenon.ANTISEMITISM: msg("Antisemitism"),
    Phenomenon.LGB_HOSTILITY: msg("Hostility to lesbian, gay or bi people"),
    Phenomenon.TRANS_HOSTILITY: msg("Hostility to trans or inter people"),
    Phenomenon.SEXISM: msg("Sexism"),
    Phenomenon.ANTIFEMINISM: msg("Antifeminism"),
    Phenomenon.ABLEISM: msg("Hostility to disabled people"),
    Phenomenon.AGEISM: msg("Contempt because of age"),
    Phenomenon.CLASSISM: msg("Contempt for poor people"),
    Phenomenon.HOMELESS_HOSTILITY: msg("Hostility to homeless people"),
    Phenomenon.RELIGIOUS_HOSTILITY: msg("Hostility to another religion"),
    Phenomenon.NAZI_GLORIFICATION: msg("Praise or playing down of Nazism"),
    Phenomenon.FAR_RIGHT_PRESENCE: msg("Far-right stickers, marches, concerts"),
    Phenomenon.POLITICAL_OPPONENT: msg("Against people for their engagement"),
    Phenomenon.NONE_VISIBLE: msg("No motive visible"),
    Phenomenon.UNKNOWN: msg("I don’t know"),
    Phenomenon.NOT_SAID: msg("I’d rather not say"),
}

AREA_LABELS: dict[Area, str] = {
    Area.WORK: msg("Work, application, training"),
    Area.HOUSING: msg("Looking for a home, renting"),
    Area.NEIGHBOURHOOD: msg("Neighbours"),
    Area.SHELTER: msg("Refugee shelter"),
    Area.EDUCATION_SCHOOL: msg("School"),
    Area.CHILDCARE: msg("Day-care, youth services"),
    Area.HIGHER_ED: msg("University"),
    Area.GOODS_SERVICES: msg("Shops and services"),
    Area.HOSPITALITY: msg("Restaurants, clubs, hotels"),
    Area.FINANCE_INSURANCE: msg("Bank, insurance"),
    Area.HEALTH_CARE: msg("Health and care"),
    Area.PUBLIC_AUTHORITY: msg("Public offices, job centre"),
    Area.POLICE: msg("Police, security staff"),
    Area.JUSTICE: msg("Courts, prosecution"),
    Area.PUBLIC_TRANSPORT: msg("Bus, train, airport"),
    Area.PUBLIC_SPACE: msg("Street, square, lake"),
    Area.LEISURE_CLUBS: msg("Clubs, sport, leisure, culture"),
    Area.MEDIA_INTERNET: msg("Internet, media"),
    Area.POLITICS_CIVIL: msg("Politics, volunteering"),
    Area.RELIGIOUS_COMMUNITY: msg("Church, religious community"),
    Area.UNKNOWN: msg("I don’t know"),
    Area.NOT_SAID: msg("I’d rather not say"),
}

ROLE_LABELS: dict[Role, str] = {
    Role.AFFECTED: msg("It happened to me or us"),
    Role.WITNESS: msg("I saw or heard it"),
    Role.RELATIVE: msg("I am a relative or friend"),
    Role.PROFESSIONAL: msg("I learned of it at work or as a volunteer"),
    Role.THIRD_PARTY: msg("I heard or read about it"),
    Role.ORGANISATION: msg("I write for an organisation"),
    Role.UNKNOWN: msg("I don’t know"),
    Role.NOT_SAID: msg("I’d rather not say"),
}

WISH_LABELS: dict[Wish, str] = {
    Wish.DOCUMENT_ONLY: msg("Document only"),
    Wish.COUNSELLING: msg("Counselling"),
    Wish.LEGAL_INFO: msg("Information about my rights"),
    Wish.ACCOMPANIMENT: msg("Somebody to come along"),
    Wish.MEDIATION: msg("A moderated talk with the other side"),
    Wish.COMPLAINT_HELP: msg("Help with a complaint"),
    Wish.REFERRAL: msg("Contact to another body"),
    Wish.PSYCHOSOCIAL: msg("Help with the strain"),
    Wish.PUBLIC_CHANGE: msg("Something should change"),
    Wish.UNKNOWN: msg("I don’t know"),
    Wish.NOT_SAID: msg("I’d rather not say"),
}

STATUS_LABELS: dict[Status, str] = {
    Status.RECEIVED: msg("Received"),
    Status.IN_COUNSEL: msg("In counselling"),
    Status.REFERRED: msg("Referred"),
    Status.CLOSED: msg("Closed"),
}

REPORTER_STATUS_LABELS: dict[Status, str] = {
    Status.RECEIVED: msg("Your report has arrived."),
    Status.IN_COUNSEL: msg("A counsellor is taking care of your report."),
    Status.REFERRED: msg("Your report is with a specialised body."),
    Status.CLOSED: msg("The work on your report is finished. You can still write to us."),
}

CHANNEL_LABELS: dict[Channel, str] = {
    Channel.WEB: msg("Form"),
    Channel.PHONE: msg("Telephone"),
    Channel.IN_PERSON: msg("Conversation"),
    Channel.LETTER: msg("Letter"),
}

STAFF_ROLE_LABELS: dict[StaffRole, str] = {
    StaffRole.COUNSELLOR: msg("Counsellor"),
    StaffRole.LEAD: msg("Lead"),
    StaffRole.AUDITOR: msg("Data protection"),
    StaffRole.ADMIN: msg("Administration"),
}

TEAM_KIND_LABELS: dict[TeamKind, str] = {
    TeamKind.TEAM: msg("Team"),
    TeamKind.CIRCLE: msg("Circle for confidential cases"),
    TeamKind.OMBUDS: msg("Ombudsperson outside the office"),
    TeamKind.AUDIT: msg("Readers of the audit chain"),
}

ACT_LABELS: dict[Act, str] = {
    Act.SIGNED_IN: msg("signed in"),
    Act.OPENED: msg("opened a case"),
    Act.ANSWERED: msg("answered"),
    Act.MOVED: msg("moved a case"),
    Act.ASSIGNED: msg("took a case over"),
    Act.TOOK_REPORT: msg("took down a report"),
    Act.RESTRICTED: msg("restricted a case or made a circle"),
    Act.PURGED: msg("deleted a case for good"),
    Act.INVITED: msg("invited somebody"),
    Act.JOINED: msg("joined"),
    Act.CONFIRMED: msg("let somebody into a team"),
    Act.REMOVED: msg("took somebody out of a team"),
    Act.ROTATED: msg("gave a team new keys"),
    Act.NEW_PASSWORD: msg("changed their password"),
    Act.RECOVERY_SET_UP: msg("made new recovery cards"),
    Act.RECOVERED: msg("recovered a team by its cards"),
}

NOTICE_LABELS: dict[Notice, str] = {
    Notice.CASE_MISSING: msg("Case %(about)s is gone, and nobody of you deleted it."),
    Notice.CASE_CHANGED: msg("Rows of case %(about)s were changed or removed from outside."),
    Notice.CASE_NOT_BY_FORM: msg("Case %(about)s did not come through the form."),
    Notice.MAILBOX_KEY_CHANGED: msg(
        "The mailbox of case %(about)s was changed from outside. Do not answer there."
    ),
    Notice.TEAM_KEY_CHANGED: msg(
        "The key of %(about)s in the database is not yours. No report is taken until this is "
        "mended: please call your administration."
    ),
    Notice.TEAM_ROW_CHANGED: msg("What the database says of %(about)s was changed from outside."),
    Notice.REGISTRY_CHANGED: msg("The list of cases of %(about)s was changed from outside."),
    Notice.PUT_BACK: msg(
        "The cases of %(about)s stand as they did before: the database was put back to an "
        "older state."
    ),
    Notice.AUDIT_BROKEN: msg("The audit chain is broken at entry %(about)s."),
    Notice.AUDIT_PUT_BACK: msg(
        "The audit chain is shorter than you have seen it: entries were removed, or the database "
        "was put back."
    ),
    Notice.RECOVERED: msg("The team was recovered by its cards on %(about)s."),
    Notice.NO_RECOVERY: msg(
        "%(about)s has no recovery cards yet: a forgotten password could close all its cases for "
        "ever. The command is: hinsehen team recovery-setup"
    ),
}

SIDE_LABELS: dict[Side, str] = {
    Side.REPORTER: msg("Reporter"),
    Side.OFFICE: msg("Office"),
}

PLACE_LABELS: dict[str, str] = {
    "online": msg("On the internet"),
    "outside": msg("Outside the district"),
    "unknown": msg("I do not know"),
    "not_said": msg("I would rather not say"),
}
