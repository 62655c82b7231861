"""Every column that is not sealed is named, with its reason, in the threat model."""

import re

from casework.models import Base
from tests.architecture.sources import ROOT

ROW = re.compile(r"^\|\s*`?(\w+\.\w+)`?\s*\|\s*(.+?)\s*\|\s*$", re.MULTILINE)


def test_every_column_has_its_reason() -> None:
    listed = dict(ROW.findall((ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")))
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
    }
    assert columns
    assert columns - set(listed) == set(), "not in docs/threat-model.md"
    assert set(listed) - columns == set(), "listed, but no such column"
