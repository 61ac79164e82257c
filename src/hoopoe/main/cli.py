"""The command line: `hoopoe up | web | worker | migrate | seed | settings | operator | bot`.

What a command needs is imported inside of it, so that `--help` answers at once.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from hoopoe.main.bot_commands import bot

app = typer.Typer(
    name="hoopoe",
    help="Hoopoe: bots, a shared inbox and broadcasts on WhatsApp, on your own machines.",
    epilog="Begin with `hoopoe up`. Settings come from the environment: see `hoopoe settings`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(*, is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"hoopoe {version('hoopoe')}")
        raise typer.Exit


@app.callback()
def main(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say the version.", is_eager=True, callback=lambda given: _print_version(is_wanted=given)
        ),
    ] = False,
) -> None:
    """Read nothing and do nothing before a command is known."""


@contextlib.contextmanager
def _refusals_in_words() -> Iterator[None]:
    """Say what an operator can mend in plain lines on standard error, and end with 2."""
    from hoopoe.kernel.db.embedded import EmbeddedDatabaseError
    from hoopoe.kernel.secrets import KeyFormatError
    from hoopoe.kernel.settings import SettingsError
    from hoopoe.main.ports import PortTakenError

    try:
        yield
    except (SettingsError, KeyFormatError, EmbeddedDatabaseError, PortTakenError) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(2) from None


@app.command()
def up() -> None:
    """Run everything: database, demo workspace, web, worker, simulated WhatsApp.

    Ctrl-C stops it all. A second `hoopoe up` says what already runs. State lies under HOOPOE_HOME.

    Example: PORT=8001 SIMULATOR_PORT=8101 hoopoe up
    """
    with _refusals_in_words():
        from hoopoe.kernel.settings import load_settings
        from hoopoe.main.up.command import run_up

        raise typer.Exit(run_up(load_settings()))


@app.command()
def web() -> None:
    """Serve the dashboard, the API and the webhooks.

    Any number may run behind a load balancer. Needs DATABASE_URL and HOOPOE_KEYS.

    Example: DATABASE_URL=postgresql://… HOOPOE_KEYS=… hoopoe web
    """
    with _refusals_in_words():
        from hoopoe.kernel.log import configure_logging
        from hoopoe.kernel.settings import load_settings
        from hoopoe.main.serve import serve_web

        settings = load_settings()
        configure_logging(level=settings.log_level, form=settings.log_format)
        serve_web(settings)


@app.command()
def worker() -> None:
    """Handle messages: turns of the bots, sends, timers, effects.

    Any number may run. Needs DATABASE_URL and HOOPOE_KEYS.

    Example: DATABASE_URL=postgresql://… HOOPOE_KEYS=… hoopoe worker
    """
    with _refusals_in_words():
        from hoopoe.kernel.log import configure_logging
        from hoopoe.kernel.settings import load_settings
        from hoopoe.main.serve import serve_worker

        settings = load_settings()
        configure_logging(level=settings.log_level, form=settings.log_format)
        serve_worker(settings)


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema.

    Safe to run twice, and while serving. Without DATABASE_URL it is the embedded database under HOOPOE_HOME.

    Example: DATABASE_URL=postgresql://… hoopoe migrate
    """
    with _refusals_in_words():
        from hoopoe.kernel.settings import load_settings
        from hoopoe.main.up.database import borrow_database, ensure_schema

        with borrow_database(load_settings()) as dsn:
            ensure_schema(dsn)
        typer.echo("The database has this version's schema.")


@app.command()
def seed() -> None:
    """Make the demo workspace and write HOOPOE_HOME/demo.json.

    Again changes nothing. Without DATABASE_URL it is the embedded database under HOOPOE_HOME.

    Example: hoopoe seed
    """
    with _refusals_in_words():
        from hoopoe.kernel.settings import load_settings
        from hoopoe.main.up.command import seed_home

        typer.echo(f"The demo workspace is described in {seed_home(load_settings())}.")


@app.command()
def settings(
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the reference page instead.")] = False,
    check: Annotated[
        Path | None, typer.Option("--check", help="With a page's path: end with 1 where the page is stale.")
    ] = None,
) -> None:
    """List every setting: value, default, what it is for.

    Secrets are masked.

    Example: hoopoe settings --markdown > docs/reference/settings.md
    """
    with _refusals_in_words():
        from hoopoe.kernel.settings import load_settings
        from hoopoe.main.settings_page import make_page, make_table

        if check is not None:
            if not check.is_file() or check.read_text() != make_page():
                typer.echo(f"{check} is stale: hoopoe settings --markdown > {check}", err=True)
                raise typer.Exit(1)
        elif markdown:
            sys.stdout.write(make_page())
        else:
            sys.stdout.write(make_table(load_settings()))


operator = typer.Typer(
    help="Who runs this Hoopoe: people and keys that see the pages about all workspaces.", no_args_is_help=True
)
app.add_typer(operator, name="operator")


@operator.command("list")
def list_operators() -> None:
    """List operators and their keys.

    Example: hoopoe operator list
    """
    with _refusals_in_words():
        from hoopoe.main.operators import describe_operators

        typer.echo(describe_operators())


@operator.command("add")
def add_operator(email: Annotated[str, typer.Argument(help="Of somebody who has an account.")]) -> None:
    """Make somebody an operator.

    Example: hoopoe operator add noor@example.com
    """
    with _refusals_in_words():
        from hoopoe.main.operators import change_operator

        typer.echo(change_operator(email, is_one=True))


@operator.command("remove")
def remove_operator(email: Annotated[str, typer.Argument(help="Of an operator.")]) -> None:
    """Let somebody be an operator no longer.

    Example: hoopoe operator remove noor@example.com
    """
    with _refusals_in_words():
        from hoopoe.main.operators import change_operator

        typer.echo(change_operator(email, is_one=False))


@operator.command("new-key")
def make_operator_key(name: Annotated[str, typer.Argument(help="What the key is for.")]) -> None:
    """Make a key for programs and print it, this once.

    Example: hoopoe operator new-key billing
    """
    with _refusals_in_words():
        from hoopoe.main.operators import make_key

        typer.echo(make_key(name))


@operator.command("end-key")
def end_operator_key(name: Annotated[str, typer.Argument(help="What the key was for.")]) -> None:
    """End the keys of a name.

    Example: hoopoe operator end-key billing
    """
    with _refusals_in_words():
        from hoopoe.main.operators import end_keys

        typer.echo(end_keys(name))


app.add_typer(bot, name="bot")


if __name__ == "__main__":
    app()
