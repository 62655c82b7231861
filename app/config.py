"""The configuration: one TOML file, read once, every wrong value named with its line."""

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

PREFIX = "HINSEHEN_"
CONFIG_VARIABLE = "HINSEHEN_CONFIG"

Words = Annotated[str, Meta(min_length=1, max_length=200)]
Port = Annotated[int, Meta(ge=1, le=65535)]
Url = Annotated[str, Meta(pattern=r"^(https?://[^/\s]+)?$")]
Languages = Annotated[tuple[Annotated[str, Meta(pattern="^(de|en)$")], ...], Meta(min_length=1)]


class ConfigurationWrong(Exception):
    """A setting is missing, unknown or not allowed; the message is one sentence."""


class Office(Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers."""

    name: Words = "Beratungsstelle"
    product: Words = "Hinsehen"
    languages: Languages = ("de", "en")
    size: Annotated[str, Meta(pattern="^(small|team)$")] = "team"
    quiet_place: Annotated[str, Meta(pattern=r"^https?://[^\s]+$")] = "https://www.wetter.de/"


class Door(Struct, frozen=True, forbid_unknown_fields=True):
    """Where one of the two doors listens and what people type to reach it."""

    port: Port
    address: str = "127.0.0.1"
    url: Url = ""
    label: Annotated[str, Meta(max_length=200)] = ""

    @property
    def public_url(self) -> str:
        """The address people type."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return self.url or f"http://{host}:{self.port}"


class Storage(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the data lie."""

    data_dir: Words = "data"

    @property
    def folder(self) -> Path:
        """The data folder as a path."""
        return Path(self.data_dir)


class Forms(Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of the forms."""

    life_hours: Annotated[int, Meta(ge=1, le=168)] = 24
    max_bytes: Annotated[int, Meta(ge=65536, le=16777216)] = 1048576

    @property
    def life_seconds(self) -> int:
        """How long an opened form can be sent."""
        return self.life_hours * 3600


class Files(Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of files that reporters send, for one sending."""

    max_count: Annotated[int, Meta(ge=1, le=50)] = 10
    max_bytes_each: Annotated[int, Meta(ge=65536, le=1073741824)] = 26214400
    max_bytes: Annotated[int, Meta(ge=65536, le=1073741824)] = 62914560


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """All settings."""

    office: Office = Office()
    reporter: Door = Door(port=8000)
    desk: Door = Door(port=8001)
    storage: Storage = Storage()
    forms: Forms = Forms()
    files: Files = Files()


SECTIONS: dict[str, type[Struct]] = {
    "office": Office,
    "reporter": Door,
    "desk": Door,
    "storage": Storage,
    "forms": Forms,
    "files": Files,
}


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the file (or the one HINSEHEN_CONFIG names), then the overrides."""
    if path is None and environ.get(CONFIG_VARIABLE):
        path = Path(environ[CONFIG_VARIABLE])
    text = _read(path) if path else ""
    tree = _parse(text, path)
    origins = _override(tree, environ)
    sections: dict[str, Any] = {}
    for section, values in tree.items():
        sections[section] = _convert(section, values, text, origins)
    config = Config(**sections)
    _check_doors(config, text, origins)
    return config


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationWrong(f"The configuration {path} cannot be read: {problem}.") from None


def _parse(text: str, path: Path | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ConfigurationWrong(f"The configuration {path} is not TOML: {problem}.") from None


def _override(tree: dict[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    origins = {}
    for variable, value in environ.items():
        section, mark, key = variable.removeprefix(PREFIX).lower().partition("__")
        if not variable.startswith(PREFIX) or not mark:
            continue
        values = tree.setdefault(section, {})
        if isinstance(values, dict):
            values[key] = value.split(",") if key == "languages" else value
        origins[f"{section}.{key}"] = variable
    return origins


def _convert(section: str, values: Any, text: str, origins: Mapping[str, str]) -> Struct:
    kind = SECTIONS.get(section)
    if kind is None or not isinstance(values, dict):
        allowed = ", ".join(SECTIONS)
        place = next((v for k, v in origins.items() if k.startswith(f"{section}.")), "")
        place = place or _where(text, section, None)
        raise ConfigurationWrong(f"{section} ({place}) is no section; allowed are {allowed}.")
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    for key, value in values.items():
        place = origins.get(f"{section}.{key}") or _where(text, section, key)
        if key not in known:
            raise ConfigurationWrong(
                f"{section}.{key} ({place}) is unknown; allowed are {', '.join(known)}."
            )
        try:
            msgspec.convert(value, known[key].type, strict=f"{section}.{key}" not in origins)
        except msgspec.ValidationError as problem:
            raise ConfigurationWrong(
                f"{section}.{key} ({place}) is wrong: {problem}; allowed is "
                f"{allowed_values(known[key].type)}."
            ) from None
    if section in ("reporter", "desk"):
        values.setdefault("port", 8000 if section == "reporter" else 8001)
    return msgspec.convert(values, kind, strict=False)


def allowed_values(kind: Any) -> str:
    """What a setting may be, in words."""
    info = msgspec.inspect.type_info(kind)
    if isinstance(info, msgspec.inspect.IntType):
        return f"a whole number from {info.ge} to {info.le}"
    if isinstance(info, msgspec.inspect.LiteralType):
        return " or ".join(str(value) for value in info.values)
    if isinstance(info, msgspec.inspect.StrType):
        least, most = info.min_length or 0, info.max_length or 0
        size = f" of {least} to {most} signs" if most else ""
        return f"a text{size}" + (f" of the form {info.pattern}" if info.pattern else "")
    return "a list of languages, each of de, en"


def _check_doors(config: Config, text: str, origins: Mapping[str, str]) -> None:
    for section, door in (("reporter", config.reporter), ("desk", config.desk)):
        try:
            ipaddress.ip_address(door.address)
        except ValueError:
            key = f"{section}.address"
            place = origins.get(key) or _where(text, section, "address")
            raise ConfigurationWrong(
                f"{key} ({place}) is wrong: allowed is an IP address such as 127.0.0.1."
            ) from None
    if (config.reporter.address, config.reporter.port) == (config.desk.address, config.desk.port):
        place = origins.get("desk.port") or _where(text, "desk", "port")
        raise ConfigurationWrong(
            f"desk.port ({place}) is wrong: allowed is any port but the reporters' door's."
        )


def _where(text: str, section: str, key: str | None) -> str:
    """The line of a setting; where it stands inline, that of its section."""
    line = _line(text, section, key) or _line(text, section, None)
    return f"line {line}" if line else "in the file"


def _line(text: str, section: str, key: str | None) -> int:
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"\s*\[([^\]]+)\]", line)
        if heading:
            inside = heading[1].strip() == section
            if inside and key is None:
                return number
        elif (inside and key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line)) or (
            key is None and re.match(rf"\s*\"?{re.escape(section)}\"?\s*[.=]", line)
        ):
            return number
    return 0
