"""What is installed from a wheel holds everything that the program reads."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.demo_office import ROOT

NEEDED = {
    "app/translations/de/LC_MESSAGES/messages.po",
    "app/templates/base_reporter.html",
    "app/static/app.css",
    "app/cli/narratives.jsonl",
    "casework/migrations/versions/0001_first_tables.py",
    "crypto/words/de.txt",
    "crypto/words/en.txt",
}


def test_a_wheel_runs_without_the_clone(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(wheel) as packed:
        assert set(packed.namelist()) >= NEEDED
        packed.extractall(tmp_path / "installed")
    ask = "from app.locale import gettext_of; print(gettext_of('de')('Privacy'))"
    said = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, 'installed'); {ask}"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout == "Datenschutz\n"
