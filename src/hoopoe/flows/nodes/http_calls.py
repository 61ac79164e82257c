"""What nodes that call other systems have in common: address, headers, credential, time, what is read of the answer.

The engine only asks for the call; the shell makes it, guarded, and puts the credential in: a secret is never part of
a flow, of a session or of an effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from hoopoe.flows.engine import Behaviour, Effect, EffectFinished, EffectWait, Leave, Outcome, Pause, Resume, Visit
from hoopoe.flows.nodes.base import Build, Exit, NodeConfig
from hoopoe.flows.nodes.call_secrets import is_secret_header, is_secret_parameter, split_parameters
from hoopoe.flows.nodes.fields import Source, VariableName, ui
from hoopoe.flows.nodes.json_paths import MAX_CHARS, parse_path, read_path, write_path
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.json import Json, JsonObject, dump_json

MAX_SAVED_BYTES: Final = 32 * 1024
MIN_TIMEOUT_SECONDS: Final = 1
MAX_TIMEOUT_SECONDS: Final = 30
MAX_RETRIES: Final = 2

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", max_length=100)]
PathText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHARS)]
CredentialName = Annotated[str, StringConstraints(min_length=1, max_length=120)]

_REPEATABLE: Final = frozenset({"GET", "PUT", "DELETE"})
_HTTP: Final = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)
_FILLED_IN: Final = re.compile(r"\{\{.*?\}\}")
_RESERVED_HEADERS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "idempotency-key"})


class CallConfig(NodeConfig):
    """Fields of a node that calls an address. It leaves by `ok` or `error`."""

    pauses: ClassVar[bool] = True

    url: Source = Field(
        json_schema_extra=ui(
            "Address",
            "العنوان",
            widget="template",
            help_en="Begins with https://. Fill values in with {{ name | url_encode }}.",
            help_ar="يبدأ بـ https://. وتعبأ القيم هكذا {{ name | url_encode }}.",
        )
    )
    headers: dict[HeaderName, Source] = Field(
        default_factory=dict,
        max_length=30,
        json_schema_extra=ui(
            "Headers",
            "الترويسات",
            widget="pairs",
            help_en="Secrets do not belong here: choose a credential.",
            help_ar="لا تكتب الأسرار هنا: اختر بيانات اعتماد.",
        ),
    )
    credential: CredentialName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Credential",
            "بيانات الاعتماد",
            widget="credential",
            help_en="The name of a stored secret, which is sent to its own hosts only.",
            help_ar="اسم سر محفوظ، لا يرسل إلا إلى الخوادم المحددة له.",
        ),
    )
    timeout: int = Field(
        default=10,
        ge=MIN_TIMEOUT_SECONDS,
        le=MAX_TIMEOUT_SECONDS,
        json_schema_extra=ui(
            "Seconds to wait",
            "مهلة بالثواني",
            widget="number",
            help_en="1 to 30, for each try.",
            help_ar="من 1 إلى 30 لكل محاولة.",
        ),
    )
    retries: int = Field(
        default=MAX_RETRIES,
        ge=0,
        le=MAX_RETRIES,
        json_schema_extra=ui(
            "How often to try again",
            "عدد مرات إعادة المحاولة",
            widget="number",
            help_en="When there is no answer, or one of 429, 502, 503, 504; only for what may be sent twice, and not "
            "before the time that the other side asks for (Retry-After).",
            help_ar="عند غياب الرد أو ورود 429 و502 و503 و504؛ فقط لما يجوز إرساله مرتين، وليس قبل الوقت الذي يطلبه "
            "النظام الآخر (Retry-After).",
        ),
    )
    is_safe: bool = Field(
        default=False,
        json_schema_extra=ui(
            "May be sent twice",
            "يجوز إرساله مرتين",
            widget="switch",
            help_en="For POST and PATCH: after a lost answer, send again instead of taking the exit 'error'.",
            help_ar="مع POST وPATCH: عند ضياع الرد يُعاد الإرسال بدل الخروج من 'error'.",
        ),
    )
    save_as: VariableName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Save the answer as",
            "احفظ الرد باسم",
            widget="variable",
            help_en="Read as {{ name.body }}, {{ name.status }}, {{ name.ok }}.",
            help_ar="تقرأ {{ name.body }} و {{ name.status }} و {{ name.ok }}.",
        ),
    )
    mapping: dict[VariableName, PathText] = Field(
        default_factory=dict,
        max_length=50,
        json_schema_extra=ui(
            "Take from the answer",
            "خذ من الرد",
            widget="pairs",
            help_en="Variable and path in the body, such as items[0].price.",
            help_ar="المتغير ومساره في الرد، مثل items[0].price.",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("ok", ending_is_fine=True), Exit("error"))

    def example_result(self) -> JsonObject | None:
        """An answer that has everything which is taken from it."""
        body: Json = {}
        for name, path in self.mapping.items():
            body = write_path(body, parse_path(path) or (), f"example {name}")
        return {"ok": True, "status": 200, "body": body, "error": None}

    def inspect_call(self, look: Look) -> None:
        """Look at what is common."""
        look.template("url", self.url)
        _inspect_url(look, self.url)
        for name, value in self.headers.items():
            look.template(f"headers.{name}", value)
            if name.lower() in _RESERVED_HEADERS:
                look.error(f"headers.{name}", "not_allowed", f"The header '{name}' is set by Hoopoe.")
            elif is_secret_header(name, value):
                look.warn(f"headers.{name}", "secret_in_flow", "This looks like a secret: keep it as a credential.")
        if self.credential is not None:
            look.needs_credential("credential", self.credential)
        for name, path in self.mapping.items():
            look.sets(f"mapping.{name}", name)
            if parse_path(path) is None:
                look.error(f"mapping.{name}", "bad_path", f"'{path}' is not a path such as items[0].price.")
        if self.save_as is not None:
            look.sets("save_as", self.save_as)
        look.asks_for("http_request")

    def build_call(self, build: Build, method: Method, complete: Callable[[Visit, JsonObject], None]) -> Behaviour:
        """Ask for the call, and read its answer. `complete` adds what else is sent to the request."""
        url = build.template(self.url)
        headers = {name: build.template(value) for name, value in self.headers.items()}
        paths = [(name, parse_path(path) or ()) for name, path in self.mapping.items()]
        is_safe = method in _REPEATABLE or self.is_safe

        def enter(visit: Visit) -> Outcome:
            address = visit.render(url).strip()
            if not _HTTP.match(address):
                visit.report("bad_url", "The address is not an http or https address; nothing was sent.")
                return Leave("error")
            request: JsonObject = {
                "method": method,
                "url": address,
                # A header is one line, whatever the value brings.
                "headers": {name: " ".join(visit.render(value).split()) for name, value in headers.items()},
                "query": {},
                "body": None,
                "timeout_seconds": self.timeout,
            }
            if self.credential is not None:
                request["credential"] = self.credential
            if is_safe and self.retries:
                request["retries"] = self.retries
            complete(visit, request)
            return Pause(EffectWait(Effect("http_request", request, is_safe=is_safe)))

        def resume(visit: Visit, given: Resume) -> Outcome:
            result = given.result if isinstance(given, EffectFinished) else {}
            for name, path in paths:
                visit.set_variable(name, read_path(result.get("body"), path))
            return self._read(visit, result)

        return Behaviour(enter, resume)

    def _read(self, visit: Visit, result: JsonObject) -> Outcome:
        is_ok, body = result.get("ok") is True, result.get("body")
        if self.save_as is not None:
            if len(dump_json(body)) > MAX_SAVED_BYTES:
                visit.report("too_large", f"The answer is over {MAX_SAVED_BYTES // 1024} KB; its body was not saved.")
                body = None
            saved: JsonObject = {"ok": is_ok, "status": result.get("status"), "body": body}
            visit.set_variable(self.save_as, saved)
        if not is_ok:
            reason = result.get("error") or f"status {result.get('status')}"
            visit.report("http_failed", f"The request failed: {str(reason)[:200].rstrip('.')}.")
        return Leave("ok" if is_ok else "error")


def inspect_query(look: Look, field: str, name: str, value: str) -> None:
    """A secret in an address ends up in logs."""
    if "{{" not in value and is_secret_parameter(name, value):
        look.warn(field, "secret_in_url", "This looks like a secret; addresses end up in logs.")


def as_json(value: Json) -> JsonObject:
    """An object as it is; anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def _inspect_url(look: Look, url: str) -> None:
    address = url.strip()
    if not address:
        look.error("url", "missing", "Say which address is called.")
        return
    if not address.startswith("{{") and not _HTTP.match(address):
        look.error("url", "bad_url", "An address begins with http:// or https://.")
        return
    authority = re.split(r"[/?#]", address.partition("://")[2], maxsplit=1)[0]
    if "@" in authority:
        look.error("url", "credentials_in_url", "A name and password do not belong in an address; use a header.")
    if any("url_encode" not in each for each in _FILLED_IN.findall(address, 1)):
        message = "What is filled into an address may hold anything; write {{ name | url_encode }}."
        look.warn("url", "unescaped_url", message)
    if split_parameters(address)[1]:
        look.warn("url", "secret_in_url", "This address seems to hold a secret; addresses end up in logs.")
