"""A setting that is wrong is named with its place and what is allowed; the example is true."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from app.config import Config, ConfigurationWrong, load
from tests.demo_office import ROOT

EXAMPLE = ROOT / "config.example.toml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[office]\nnam = 'x'", ["office.nam", "line 2", "name"]),
        ("[ofice]\nname = 'x'", ["ofice", "line 1", "office"]),
        ("[office]\nname = ''", ["office.name", "line 2", "length >= 1"]),
        ("\n[reporter]\nport = 99999", ["reporter.port", "line 3", "65535"]),
        ("[desk]\naddress = 'localhost'", ["desk.address", "line 2", "127.0.0.1"]),
        ("[desk]\nport = 8000", ["desk.port", "line 2"]),
        ("[office]\nlanguages = ['xx']", ["office.languages", "line 2", "de|en"]),
        ("[office", ["not TOML"]),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, said: list[str]) -> None:
    file = tmp_path / "c.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationWrong) as problem:
        load(file, {})
    for words in said:
        assert words in str(problem.value)
    assert "\n" not in str(problem.value)


def test_the_environment_overrides_and_is_named_when_wrong(tmp_path: Path) -> None:
    assert load(None, {"HINSEHEN_REPORTER__PORT": "9000"}).reporter.port == 9000
    with pytest.raises(ConfigurationWrong, match="HINSEHEN_REPORTER__PORT"):
        load(None, {"HINSEHEN_REPORTER__PORT": "many"})


def test_the_named_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("[office]\nname = 'Beratung Lübben'\n")
    assert load(None, {"HINSEHEN_CONFIG": str(file)}).office.name == "Beratung Lübben"


def test_the_example_says_every_setting_with_its_default() -> None:
    told = tomllib.loads(EXAMPLE.read_text("utf-8"))
    assert told == msgspec.to_builtins(Config()) | {"office": told["office"]}
    assert msgspec.convert(told["office"], type(Config().office)) == Config().office


def test_every_line_of_the_example_is_explained() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for before, line in pairwise(lines):
        if re.match(r"\w+ = ", line):
            assert before.startswith("# "), line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[reporter]\nport = "many"\n', ("line 2", "a whole number from 1 to 65535")),
        ('office = { name = "" }\n', ("line 1", "a text of 1 to 200 signs")),
        ("[forms]\nlife_hours = 0\n", ("line 2", "a whole number from 1 to 168")),
    ],
)
def test_a_wrong_value_names_its_line_and_what_is_allowed(
    tmp_path: Path, text: str, said: tuple[str, str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationWrong) as wrong:
        load(file, {})
    for words in said:
        assert words in str(wrong.value)
