"""The demo as checks from outside know it: one JSON line, two teams, sample cases, a clean end."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from app.cli.sample_cases import narratives
from tests.demo_office import ROOT, Visitor, free_ports, running_demo, signed_in, start_demo


def total(visitor: Visitor) -> int:
    found = re.search(r'<span class="count">\((\d+)\)', visitor.get("/cases").text)
    assert found
    return int(found[1])


def test_the_ready_line_names_both_doors_and_all_accounts(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo") as demo:
        assert set(demo.ready) == {"ready", "reporter", "desk", "accounts"}
        assert demo.ready["ready"] is True
        assert demo.reporter.startswith("http://127.0.0.1:")
        assert demo.desk.startswith("http://localhost:")
        keys = {"name", "role", "team", "password", "totp_secret", "card"}
        assert all(set(account) == keys for account in demo.ready["accounts"])
        cast = sorted((a["team"], a["role"]) for a in demo.ready["accounts"])
        assert cast == [
            ("", "admin"),
            ("Datenschutz", "auditor"),
            ("Ombudsstelle Süd", "counsellor"),
            ("Team Nord", "counsellor"),
            ("Team Nord", "counsellor"),
            ("Team Nord", "lead"),
        ]
        assert total(signed_in(demo, "anna")) == len(narratives())
        assert signed_in(demo, "ben").get("/cases").text.count("data-case=") == 0
        assert demo.code("ayse") in Visitor(demo.desk).get("/login").text
        demo.process.terminate()
        assert demo.process.wait(30) == 0


def test_a_restart_keeps_cases_and_accounts_and_ends_sittings(tmp_path: Path) -> None:
    ports = free_ports()
    with running_demo(tmp_path / "demo", "--empty", ports=ports) as demo:
        first = demo.ready
        anna = signed_in(demo, "anna")
        assert total(anna) == 0
    with running_demo(tmp_path / "demo", "--empty", ports=ports) as demo:
        assert demo.ready == first
        assert anna.get("/cases").headers["location"] == "/login"


def test_many_cases_are_all_in_the_list(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo", "--cases", "300") as demo:
        assert total(signed_in(demo, "lena")) == 300


def test_the_accounts_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo", "--empty") as demo:
        kept = demo.data / "demo-accounts.json"
        assert kept.stat().st_mode & 0o077 == 0
        assert json.loads(kept.read_text("utf-8")) == demo.ready["accounts"]


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(AssertionError, match="name another"):
        start_demo(folder)
    assert [file.name for file in folder.iterdir()] == ["letter.txt"]


def test_a_folder_named_from_here_serves_like_any_other(tmp_path: Path) -> None:
    named = Path(os.path.relpath(tmp_path / "demo", ROOT))
    with running_demo(named, "--empty") as demo:
        for door in (demo.reporter, demo.desk):
            assert Visitor(door).get("/readyz").status == 200
        page = Visitor(demo.reporter).get("/de/report")
        told = {"form": page.field("form"), "what": "Es ist etwas passiert."}
        sent = Visitor(demo.reporter).post("/de/report", told | {"receipt_choice": "kept"})
        assert sent.page == "report.sent"


def test_two_doors_on_one_port_are_refused(tmp_path: Path) -> None:
    port = free_ports(1)[0]
    with pytest.raises(AssertionError, match="different ports"):
        start_demo(tmp_path / "demo", ports=(port, port))
