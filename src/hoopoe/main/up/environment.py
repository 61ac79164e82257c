"""What `up` adds to the settings of its children."""

from __future__ import annotations

import os
from collections.abc import Mapping

from hoopoe.identity.tokens import derive_clock_token
from hoopoe.kernel.secrets import Keyring
from hoopoe.kernel.settings import Settings


def complete_settings(settings: Settings, *, dsn: str, keys: list[str]) -> Settings:
    """The settings as web and worker get them: database, keys, and the demo's world filled in.

    A value that was given in the environment is kept.
    """
    simulator = settings.simulator_url()
    doors = [simulator.removeprefix("http://"), f"localhost:{settings.simulator_port}"]
    given = settings.model_fields_set
    changes: dict[str, object] = {
        "hoopoe_home": settings.hoopoe_home.resolve(),
        "database_url": dsn,
        "hoopoe_keys": ",".join(keys),
        "outbound_allow": (*settings.outbound_allow, *doors),
        "public_url": settings.public_url or settings.own_url(),
    }
    if "meta_graph_url" not in given:
        changes["meta_graph_url"] = simulator
    if "twilio_api_url" not in given:
        changes["twilio_api_url"] = simulator
    if "hoopoe_dev_clock" not in given:
        changes["hoopoe_dev_clock"] = "on"
    # The children log for machines: their files are searched, and we show what is loud in them.
    if "log_format" not in given:
        changes["log_format"] = "json"
    return Settings.model_validate({**settings.model_dump(exclude_unset=True), **changes})


def hoopoe_environment(settings: Settings) -> dict[str, str]:
    """The environment of `hoopoe web` and `hoopoe worker` under these settings."""
    fields: dict[str, str | None] = {
        "HOOPOE_HOME": str(settings.hoopoe_home),
        "DATABASE_URL": settings.require_database_url(),
        "HOOPOE_KEYS": ",".join(settings.require_keys()),
        "OUTBOUND_ALLOW": ",".join(settings.outbound_allow),
        "PUBLIC_URL": settings.public_url,
        "META_GRAPH_URL": settings.meta_graph_url,
        "TWILIO_API_URL": settings.twilio_api_url,
        "HOOPOE_DEV_CLOCK": settings.hoopoe_dev_clock.value,
        "LOG_FORMAT": settings.log_format,
    }
    return {**_base(), **{name: value for name, value in fields.items() if value is not None}}


def simulator_environment(settings: Settings) -> dict[str, str]:
    """The environment of the simulator: the demo's channels, and a clock that moves ours along."""
    defaults = {
        "SIMULATOR_LIMITS": settings.hoopoe_demo_limits.value,
        "SIMULATOR_WEB": str(settings.web_dist),
        "SIMULATOR_DATA": str(settings.hoopoe_home / "simulator"),
    }
    fixed = {
        "SIMULATOR_HOST": settings.host,
        "SIMULATOR_PORT": str(settings.simulator_port),
        "SIMULATOR_CONFIG": str(settings.hoopoe_home / "simulator.json"),
        "SIMULATOR_CLOCK_LISTENERS": f"{local_url(settings)}/api/dev/clock",
        "SIMULATOR_CLOCK_TOKEN": derive_clock_token(Keyring(settings.require_keys())),
    }
    return {**defaults, **_base(), **fixed}


def local_url(settings: Settings) -> str:
    """Where the web process is reached from this machine, whatever PUBLIC_URL says."""
    return f"http://{settings.reachable_host()}:{settings.port}"


def _base() -> Mapping[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1"}
