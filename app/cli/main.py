"""The command `hinsehen`: what each word does stands in the module of its name."""

import os
import sys
from pathlib import Path

import click

from app.cli.demo import run_demo
from app.cli.serve import run_serve
from app.config import Config, ConfigurationWrong, load
from app.serving import CannotServe

PORT = click.IntRange(1, 65535)
DATA = click.option("--data", type=click.Path(path_type=Path), help="The office's data folder.")
CONFIG = click.option("--config", type=click.Path(path_type=Path), help="The configuration file.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
def commands() -> None:
    """Hinsehen: report racism and discrimination, and answer in confidence."""


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


def main() -> None:
    """Run one command; an error is one sentence."""
    try:
        code = commands.main(standalone_mode=False)
    except click.UsageError as problem:
        _fail(problem.format_message(), 2)
    except click.ClickException as problem:
        _fail(problem.format_message(), 1)
    except (ConfigurationWrong, CannotServe) as problem:
        _fail(str(problem), 1)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped.", 1)
    except OSError as problem:
        _fail(f"{problem.filename or 'system'}: {problem.strerror}.", 1)
    sys.exit(code if isinstance(code, int) else 0)


def _settings(config: Path | None, data: Path | None) -> Config:
    environ = dict(os.environ)
    if data is not None:
        environ["HINSEHEN_STORAGE__DATA_DIR"] = str(data)
    return load(config, environ)


def _fail(sentence: str, code: int) -> None:
    click.echo(f"hinsehen: {sentence}", err=True)
    sys.exit(code)
