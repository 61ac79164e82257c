"""dev.py: what it says, what it does once, and how it fails."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from hoopoe.kernel.settings import PROJECT


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """dev.py as a module that works in a folder of the test's own."""
    spec = importlib.util.spec_from_file_location("dev", PROJECT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, path in {"ROOT": tmp_path, "VENV": tmp_path, "PYTHON": tmp_path / "product"}.items():
        monkeypatch.setattr(module, name, path)
    monkeypatch.setattr(module.once, "__kwdefaults__", {"product": tmp_path / "product"})
    return module


def run_dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT / "dev.py"), *arguments], capture_output=True, text=True, check=False
    )


def test_alone_it_says_what_there_is() -> None:
    done = run_dev()
    assert done.returncode == 0
    for command in ("run", "test", "check", "lock", "bench", "web", "shell"):
        assert re.search(rf"^  {command} +\S", done.stdout, re.MULTILINE), command
    unknown = run_dev("fly")
    assert (unknown.returncode, unknown.stdout) == (2, done.stdout)


def test_make_has_every_command_and_says_so(dev: ModuleType) -> None:
    # Without what a make around the tests has told us.
    path = {"PATH": os.environ["PATH"]}
    shown = subprocess.run(["make"], cwd=PROJECT, env=path, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in shown.splitlines()} == {*dev.COMMANDS, "help"}


def test_an_older_python_is_told_which_one_is_needed(tmp_path: Path) -> None:
    code = f"""
import runpy, sys
sys.version_info = (3, 9, 18)
sys.argv = ["dev.py", "run"]
runpy.run_path({str(PROJECT / "dev.py")!r}, run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Hoopoe needs Python 3.11 or newer; this is ")
    assert len(done.stderr.splitlines()) == 1


def test_a_step_is_done_once_for_the_same_sources(dev: ModuleType, tmp_path: Path) -> None:
    done: list[str] = []

    def work() -> None:
        done.append("step")
        (tmp_path / "product").touch()

    for made_from in ("one", "one", "two"):
        dev.once("step", made_from, work)
    assert len(done) == 2
    (tmp_path / "product").unlink()
    dev.once("step", "two", work)
    assert len(done) == 3


def test_an_interrupted_step_is_done_again(dev: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "product").touch()

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dev.once("step", "one", interrupted)
    done: list[str] = []
    dev.once("step", "one", lambda: done.append("step"))
    assert done == ["step"]


def test_a_changed_renamed_or_new_source_is_another_source(dev: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("1")
    before = dev.digest([file])
    assert dev.digest([file]) == before
    file.write_text("2")
    changed = dev.digest([file])
    renamed = file.rename(tmp_path / "b")
    assert len({before, changed, dev.digest([renamed]), dev.digest([renamed], "word"), dev.digest([])}) == 5


def test_a_failed_step_says_which_its_last_lines_and_the_way_out(dev: ModuleType) -> None:
    code = "print(*range(50), sep='\\n'); raise SystemExit('no route to the registry')"
    with pytest.raises(dev.StepFailedError) as caught:
        dev.run_step("npm packages", [[sys.executable, "-c", code]])
    said = str(caught.value)
    assert said.startswith("\nnpm packages failed:\n")
    assert "    no route to the registry\n" in said
    assert "    49\n" in said
    assert "    3\n" not in said
    assert said.endswith(dev.NETWORK)


def test_a_python_without_venv_is_said_in_a_line(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    (dev.ROOT / "bootstrap.lock").touch()
    monkeypatch.setattr(dev, "BOOTSTRAP_LOCK", dev.ROOT / "bootstrap.lock")
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(dev.StepFailedError, match="apt install python3-venv"):
        dev.set_up_venv()


def test_no_file_of_the_setup_names_a_registry() -> None:
    for name in ("dev.py", "Makefile", ".ci/run", "bootstrap.lock", "requirements.lock", "requirements-dev.lock"):
        text = (PROJECT / name).read_text()
        assert not re.search(r"https?://|\b(pypi|npmjs)\.", text), name


def test_every_locked_package_has_its_hashes() -> None:
    for name in ("bootstrap.lock", "requirements.lock", "requirements-dev.lock"):
        for entry in (PROJECT / name).read_text().replace("\\\n", "").splitlines():
            assert re.match(r"\S+==\S+.*--hash=sha256:", entry), entry[:60]


def test_tests_run_on_the_very_packages_of_the_product() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (PROJECT / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_what_an_installation_left_that_did_not_end_is_not_trusted(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = tmp_path / "node_modules"
    monkeypatch.setattr(dev, "WEB", tmp_path)
    dev.install("npm packages", modules, [sys.executable, "-c", ""])
    dev.forget_halves()
    assert modules.exists()
    with pytest.raises(dev.StepFailedError):
        dev.install("npm packages", modules, [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])
    (modules / "half").touch()
    dev.forget_halves()
    assert not modules.exists()
