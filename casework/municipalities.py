"""The 37 municipalities of Landkreis Dahme-Spreewald by official key (AGS).

Bilingual (Lower Sorbian) where the name is officially so.

Keys checked against the annex of a federal ordinance (area state 25 January 2021).
"""

from __future__ import annotations

MUNICIPALITIES: dict[str, str] = {
    "12061005": "Alt Zauche-Wußwerk/Stara Niwa-Wózwjerch",
    "12061017": "Bersteland",
    "12061020": "Bestensee",
    "12061061": "Byhleguhre-Byhlen/Běła Góra-Bělin",
    "12061097": "Drahnsdorf",
    "12061112": "Eichwalde",
    "12061164": "Golßen, Stadt",
    "12061192": "Groß Köris",
    "12061216": "Halbe",
    "12061219": "Heideblick",
    "12061217": "Heidesee",
    "12061224": "Jamlitz",
    "12061244": "Kasel-Golzig",
    "12061265": "Krausnick-Groß Wasserburg",
    "12061260": "Königs Wusterhausen, Stadt",
    "12061308": "Lieberose, Stadt",
    "12061320": "Luckau, Stadt",
    "12061316": "Lübben (Spreewald)/Lubin (Błota), Stadt",
    "12061332": "Mittenwalde, Stadt",
    "12061328": "Märkisch Buchholz, Stadt",
    "12061329": "Märkische Heide/Markojska Góla",
    "12061344": "Münchehofe",
    "12061352": "Neu Zauche/Nowa Niwa",
    "12061405": "Rietzneuendorf-Staakow",
    "12061428": "Schlepzig/Słopišća",
    "12061444": "Schulzendorf",
    "12061448": "Schwerin",
    "12061450": "Schwielochsee/Gójacki Jazor",
    "12061433": "Schönefeld",
    "12061435": "Schönwald",
    "12061470": "Spreewaldheide/Błośańska Góla",
    "12061471": "Steinreich",
    "12061476": "Straupitz (Spreewald)/Tšupc (Błota)",
    "12061492": "Teupitz, Stadt",
    "12061510": "Unterspreewald",
    "12061540": "Wildau, Stadt",
    "12061572": "Zeuthen",
}
PLACES_BESIDES = ("online", "outside", "unknown", "not_said")


def is_place(code: str) -> bool:
    return code in MUNICIPALITIES or code in PLACES_BESIDES
