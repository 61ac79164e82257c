"""Settings: what they say when they cannot be used, and that every one of them is described."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hoopoe.kernel.settings import PROJECT, SECRET_NAMES, Settings, SettingsError, group_settings, load_settings
from hoopoe.main.settings_page import make_page, make_table


@pytest.fixture(autouse=True)
def _only_given_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in {name.upper() for name in Settings.model_fields} & os.environ.keys():
        monkeypatch.delenv(name)


def test_defaults_are_usable() -> None:
    settings = load_settings()
    assert settings.port == 8000
    assert settings.hoopoe_home == PROJECT / ".hoopoe"
    assert settings.meta_graph_url == "https://graph.facebook.com"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PORT", "eighty", "integer"),
        ("PORT", "70000", "65535"),
        ("HOOPOE_DEMO_LIMITS", "perhaps", "'on' or 'off'"),
        ("LOG_FORMAT", "xml", "'console' or 'json'"),
        ("META_API_VERSION", "25", "pattern"),
        ("META_GRAPH_URL", "graph.facebook.com", "https://"),
        ("EMBEDDED_POSTGRES", "12", "'16' or '18'"),
    ],
)
def test_a_bad_value_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    [line] = str(caught.value).splitlines()
    assert line.startswith(name)
    assert value in line
    assert allowed in line


def test_a_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://u:hunter2@h/d")
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: .*postgresql://") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


def test_each_bad_value_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("WORKERS", "-1")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert sorted(line.split()[0] for line in str(caught.value).splitlines()) == ["PORT", "WORKERS"]


def test_lists_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example, https://b.example,")
    monkeypatch.setenv("HOOPOE_KEYS", "one,two")
    settings = load_settings()
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.require_keys() == ["one", "two"]


@pytest.mark.parametrize(("host", "url"), [("0.0.0.0", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")])  # noqa: S104
def test_the_own_address_can_be_called(monkeypatch: pytest.MonkeyPatch, host: str, url: str) -> None:
    monkeypatch.setenv("HOST", host)
    assert load_settings().own_url() == url


def test_every_setting_is_described_and_grouped() -> None:
    assert [name for group in group_settings().values() for name in group] == list(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        assert (field.description or "").endswith("."), name


def test_the_table_masks_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOPOE_KEYS", "a-very-secret-key")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@h/d")
    monkeypatch.setenv("SMTP_URL", "smtp://u:hunter2@mail.example")
    monkeypatch.setenv("PORT", "8001")
    table = make_table(load_settings())
    assert "hunter2" not in table
    assert "a-very-secret-key" not in table
    assert "PORT = 8001   (default: 8000)" in table
    secrets = {"database_url", "database_direct_url", "hoopoe_keys", "smtp_url", "s3_secret_access_key"}
    assert secrets == SECRET_NAMES


def test_the_reference_page_is_in_step() -> None:
    page = Path(PROJECT / "docs" / "reference" / "settings.md")
    assert page.read_text() == make_page(), "hoopoe settings --markdown > docs/reference/settings.md"
