"""`hoopoe bot import | export | lint | play | test`: bots as files on the command line.

What a command needs is imported inside of it, so that `--help` answers at once.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

bot = typer.Typer(help="Bots as files: import, export, check, test, and talk to one.", no_args_is_help=True)

File = Annotated[
    Path, typer.Argument(help="Of Hoopoe, RapidPro, TextIt, Glific or Typebot.", exists=True, dir_okay=False)
]
Workspace = Annotated[str, typer.Option("--workspace", help="Its id or name; needed where there are several.")]
With = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="FILE", help="A bot that it runs, or ID=FILE; may be given several times."),
]
Strict = Annotated[bool, typer.Option("--strict", help="End with 1 for warnings, and for what is not as it was, too.")]


@contextlib.contextmanager
def _refusals_in_words() -> Iterator[None]:
    """Say what somebody can mend in a line on standard error, and end with 2."""
    from hoopoe.flows.exchange import ExchangeError
    from hoopoe.kernel.db.embedded import EmbeddedDatabaseError
    from hoopoe.kernel.secrets import KeyFormatError
    from hoopoe.kernel.settings import SettingsError

    try:
        yield
    except (ExchangeError, SettingsError, KeyFormatError, EmbeddedDatabaseError) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(2) from None


@contextlib.contextmanager
def _logs_on_stderr() -> Iterator[None]:
    """Keep what the engine logs out of what is printed, and leave the logs of this process as they were set up."""
    import structlog

    before = structlog.get_config()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        yield
    finally:
        structlog.configure(**before)


@bot.command("lint")
def lint_bot(file: File, *, strict: Strict = False) -> None:
    """Say what is wrong with a bot: a line for each fault.

    Ends with 0 where it may be published, with 1 where it may not, with 2 where the file is no bot.

    Example: hoopoe bot lint booking.json
    """
    with _refusals_in_words():
        from hoopoe.main.bot_files import lint_file

        lines, is_good = lint_file(file.read_bytes(), is_strict=strict)
        for line in lines:
            typer.echo(line)
        raise typer.Exit(0 if is_good else 1)


@bot.command("play")
def play_bot(
    file: File,
    *,
    now: Annotated[str, typer.Option("--now", help="When it is, such as 2026-03-01T10:00+03:00.")] = "",
    language: Annotated[str, typer.Option("--language", help="What the person speaks; empty: the bot's own.")] = "",
    which: Annotated[int, typer.Option("--bot", help="Which bot of a file with several.", min=1)] = 1,
    others: With = None,
) -> None:
    """Talk to a bot here, by the engine that runs in production; nothing is stored or sent.

    Type what a person would, or the number of a button. /wait lets time pass, /image, /file, /voice and /place send
    such, /quit ends. What the bot asks of other systems is answered by hand: JSON, /example or /error.
    Ends with 1 where the flow failed.

    Example: printf 'hi\\n1\\n' | hoopoe bot play booking.json --now 2026-03-01T10:00
    """
    with _refusals_in_words():
        from hoopoe.main.bot_play import play_file

        content, given = file.read_bytes(), others or ()
        has_failed = play_file(
            str(file), content, now=now, language=language, which=which, say=typer.echo, others=given
        )
        raise typer.Exit(1 if has_failed else 0)


@bot.command("test")
def test_bots(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Bots as `export` writes them.", exists=True, dir_okay=False)
    ],
    *,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML there, too.", dir_okay=False)] = None,
    others: With = None,
) -> None:
    """Play the tests that bots bring along, by the engine that runs in production; nothing is stored or sent.

    Ends with 0 where all passed, with 1 where some failed, with 2 where a file is no bot or its flow has errors.

    Example: hoopoe bot test bots/*.json --with address.json --junit report.xml
    """
    from hoopoe.main.bot_library import read_others
    from hoopoe.main.bot_tests import find_status, play_tests, write_junit

    with _refusals_in_words():
        library = read_others(others or ())
    played = []
    for file in files:
        with _logs_on_stderr():
            played.append(play_tests(str(file), file.read_bytes(), library))
        for line in played[-1].lines:
            typer.echo(line, err=played[-1].trouble is not None)
    if junit is not None:
        try:
            junit.write_bytes(write_junit(played))
        except OSError as error:
            typer.echo(f"--junit: {error.strerror}: {junit}", err=True)
            raise typer.Exit(2) from None
    raise typer.Exit(find_status(played))


@bot.command("import")
def import_bot(
    file: File,
    *,
    workspace: Workspace = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be made, and make nothing.")] = False,
    tables: Annotated[bool, typer.Option("--tables", help="Make the data tables that are missing here, too.")] = False,
    strict: Strict = False,
) -> None:
    """Make bots of a file, as drafts, in the database of the settings.

    Says what is not as it was, and what is missing. Ends with 2 where the file is no bot.

    Example: hoopoe bot import flows.json --workspace Café --dry-run
    """
    with _refusals_in_words():
        from hoopoe.main.bot_files import import_file

        content = file.read_bytes()
        lines, is_good = import_file(content, workspace=workspace, is_dry_run=dry_run, creates_tables=tables)
        for line in lines:
            typer.echo(line)
        raise typer.Exit(0 if is_good or not strict else 1)


@bot.command("export")
def export_bot(
    name: Annotated[str, typer.Argument(help="The bot's id or name.")],
    *,
    workspace: Workspace = "",
    version: Annotated[str, typer.Option("--version", help="draft, published, or a number.")] = "draft",
    out: Annotated[Path | None, typer.Option("--out", help="Where to; empty: standard output.")] = None,
    without_tests: Annotated[bool, typer.Option("--without-tests", help="Leave the bot's tests out.")] = False,
) -> None:
    """Write a bot as one file: its flow, languages, tests, table schemas, the names of what it needs; never a secret.

    Example: hoopoe bot export Café --version published --out cafe.json
    """
    with _refusals_in_words():
        from hoopoe.main.bot_files import export_file

        text = export_file(name, workspace=workspace, version=version, has_tests=not without_tests)
        if out is None:
            typer.echo(text, nl=False)
        else:
            out.write_text(text, encoding="utf-8")
