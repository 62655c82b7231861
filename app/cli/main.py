"""The command `hinsehen`: what each word does stands in the module of its name."""

import os
import sys
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError, OperationalError

from app.bench import BENCHES, run_bench
from app.cli.audit import audit
from app.cli.backup import backup, backup_card, restore
from app.cli.demo import run_demo
from app.cli.doctor import run_doctor
from app.cli.init import SIZES, Beginning, InitRefused, Names, run_init
from app.cli.serve import NoOffice, run_serve
from app.cli.team import team
from app.config import CONFIG_VARIABLE, Config, ConfigurationWrong, load
from app.serving import CannotServe
from casework.errors import BackupRefused

PORT = click.IntRange(1, 65535)
DATA = click.option("--data", type=click.Path(path_type=Path), help="The office's data folder.")
CONFIG = click.option("--config", type=click.Path(path_type=Path), help="The configuration file.")


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    invoke_without_command=True,
)
@click.pass_context
def commands(context: click.Context) -> None:
    """Hinsehen: report racism and discrimination, and answer in confidence."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@commands.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("demo-data"))
@click.option("--reporter-port", type=PORT, default=8000, show_default=True)
@click.option("--desk-port", type=PORT, default=8001, show_default=True)
@click.option("--cases", type=click.IntRange(0, 1_000_000), help="So many cases by variation.")
@click.option("--empty", is_flag=True, help="Without sample cases.")
def demo(data: Path, reporter_port: int, desk_port: int, cases: int | None, empty: bool) -> int:
    """Start an office to try, with sample cases and accounts."""
    return run_demo(data, reporter_port, desk_port, cases, empty)


@commands.command()
@CONFIG
@DATA
def serve(config: Path | None, data: Path | None) -> int:
    """Open both doors of an office."""
    return run_serve(_settings(config, data))


@commands.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("data"), show_default=True)
@click.option("--office", prompt="Name of the office", help="What reporters see.")
@click.option("--team", prompt="Name of the first team", help="The team that reports go to.")
@click.option("--lead", prompt="Name of the first lead", help="A counsellor who leads the team.")
@click.option("--admin", prompt="Name of the admin", help="Keeps accounts, opens no case.")
@click.option("--size", type=click.Choice(SIZES), help="Does one person do all? Else small.")
@click.option("--cards/--no-cards", default=None, help="Recovery cards now: small offices do.")
@click.option("--sheets", type=click.Path(path_type=Path), help="The PDF for the cards.")
@click.option("--on-screen", is_flag=True, help="Show the cards here instead, once.")
def init(
    data: Path,
    office: str,
    team: str,
    lead: str,
    admin: str,
    size: str | None,
    cards: bool | None,
    sheets: Path | None,
    on_screen: bool,
) -> int:
    """Make an office: first team, first lead, admin."""
    begin = Beginning(Names(office, team, lead, admin), size, cards, sheets, on_screen)
    return run_init(data, begin)


@commands.command()
@CONFIG
@DATA
def doctor(config: Path | None, data: Path | None) -> int:
    """Check an office: one line a finding, with what mends it."""
    return run_doctor(_settings(config, data))


@commands.command()
@click.argument("what", nargs=-1, type=click.Choice(list(BENCHES)))
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def bench(what: tuple[str, ...], as_json: bool) -> int:
    """Measure this machine against the project's goals."""
    return run_bench(what or tuple(BENCHES), as_json)


commands.add_command(audit)
commands.add_command(backup)
commands.add_command(backup_card)
commands.add_command(restore)
commands.add_command(team)


def main() -> None:
    """Run one command; an error is one sentence."""
    try:
        code = commands.main(standalone_mode=False)
    except click.UsageError as problem:
        _fail(problem.format_message(), 2)
    except click.ClickException as problem:
        _fail(problem.format_message(), 1)
    except (ConfigurationWrong, CannotServe, InitRefused, NoOffice, BackupRefused) as problem:
        _fail(str(problem), 1)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped.", 1)
    except OSError as problem:
        _fail(f"{problem.filename or 'system'}: {problem.strerror}.", 1)
    except (OperationalError, DatabaseError):
        _fail("the office's database cannot be used: run hinsehen doctor.", 1)
    sys.exit(code if isinstance(code, int) else 0)


def _settings(config: Path | None, data: Path | None) -> Config:
    environ = dict(os.environ)
    if data is not None:
        own = data / "config.toml"
        if config is None and CONFIG_VARIABLE not in environ and own.is_file():
            config = own
        environ["HINSEHEN_STORAGE__DATA_DIR"] = str(data)
    return load(config, environ)


def _fail(sentence: str, code: int) -> None:
    click.echo(f"hinsehen: {sentence}", err=True)
    sys.exit(code)
