"""The sign-in panel: paste a token, see whose it is, what it may do and which of several tokens wins.

The token comes in one message of the browser, goes to the Hub and into the token store, and is never part of
the widget's state. All asking is done by a worker; a newer question makes the answer of an older one void.
"""

# ruff: noqa: RUF001 - a person reads these sentences, with the apostrophe that belongs there

from __future__ import annotations

import dataclasses
import hashlib
import ipaddress
import logging
import time
from contextlib import contextmanager
from threading import Event, RLock, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import traitlets

from ..client import auth, tokens
from ..client.device_code import DeviceCode, DeviceCodeError, begin_device_login
from ..client.errors import (
    HfHubHTTPError,
    HFValidationError,
    HubError,
    HubUnreachableError,
    OfflineModeIsEnabled,
)
from ..client.redact import redact
from ..client.settings import DEFAULT_ENDPOINT, Settings
from .account import account_of, role_words
from .base import MuteComm, Panel, handler, problem_of, slow_handler
from .record import Record
from .worker import start_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


logger = logging.getLogger(__name__)

_KNOWN_FOR_S = 600.0
_known: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
"""Accounts by endpoint and digest of the token: the Hub limits how often it says who somebody is."""


class LoginPanel(Panel):
    """Sign in to a hub with a token; afterwards, show the account.

    Parameters
    ----------
    endpoint
        Base URL of the hub; by default what the environment says.

    Attributes
    ----------
    user
        Name of who is signed in, or None. Observe it to go on when somebody signs in.
    """

    kind = "login"

    user = traitlets.Unicode(None, allow_none=True, read_only=True).tag(sync=True)
    """Name of who is signed in, or None."""
    phase = traitlets.Enum(["signed_out", "checking", "signed_in"], "signed_out", read_only=True).tag(sync=True)
    """What the panel shows."""
    checking = traitlets.Unicode(read_only=True).tag(sync=True)
    """What is being asked, in words."""
    endpoint = traitlets.Dict(read_only=True).tag(sync=True)
    """The hub: ``host``, ``local``, ``offline``, ``token_page``."""
    account = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    """Who is signed in and what the token may do; never the token."""
    sources = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)
    """Places where a token is looked for, in order; one that holds a token is in use."""
    stored = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    """Names of the tokens kept on this machine."""
    browser = traitlets.Enum(["offered", "waiting", "expired", "denied", "none"], "offered", read_only=True).tag(
        sync=True
    )
    """How the way through the browser stands; the code travels in a message."""
    trouble = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    """What went wrong last: ``kind``, ``title``, ``paragraphs``, ``details``."""

    def __init__(self, endpoint: str | None = None, **kwargs: Any) -> None:
        self._chosen_endpoint = endpoint
        self._question = 0
        self._worker: Thread | None = None
        self._state_lock = RLock()
        self._device: DeviceCode | None = None
        self._device_ends = Event()
        self._look()
        known = _recall(self._settings())
        if known is not None:
            self._signed_in(known)
        super().__init__(**kwargs)
        if known is None:
            self._ask_who()

    def record(self) -> Record:
        """Say who is signed in where."""
        host = self.endpoint["host"]
        again = "Run `hubnb.login()` for the live panel."
        if isinstance(self.comm, MuteComm):
            again = "No panel can be used in this run: set `HF_TOKEN` before it to sign in."
        if self.phase == "checking":
            return Record("Signing in", [f" to {host} when this was saved"], again=again)
        if self.user is None or self.account is None:
            return Record("Not signed in", [f" to {host}"], again=again)
        winner = next((one["label"] for one in self.sources if one["in_use"]), "")
        facts = f"Token {role_words(self.account)}. {winner}.".replace("Token .", "").strip()
        return Record("Signed in", [f" to {host} as {self.user}"], facts, again=again)

    @handler
    def sign_in(self, token: object, keep: bool) -> None:
        """Check `token` with the Hub; if it is accepted, keep it (on this machine, or for this kernel only)."""
        if not isinstance(token, str) or not token.strip():
            msg = "There is no token in the field. Paste one first."
            raise HFValidationError(msg)
        self._ask(
            f"Asking {self.endpoint['host']} whose token this is…",
            lambda: auth.whoami(token, endpoint=self._settings().endpoint),
            accept=lambda answer: _keep_token(token.strip(), auth.token_name(answer), keep=keep),
            secret=token,
        )

    @slow_handler
    def begin_browser(self) -> dict[str, Any] | None:
        """Get a code to approve in a browser, and wait for that in the background."""
        device = begin_device_login(self._settings().endpoint)
        self._device_ends.set()
        ends = self._device_ends = Event()
        with self._changing():
            self._device = device
            self.set_trait("browser", "none" if device is None else "waiting")
        if device is None:
            return None
        start_worker(lambda: self._await_approval(device, ends), "login-browser")
        return self.browser_code()

    @handler
    def browser_code(self) -> dict[str, Any] | None:
        """Give the code that waits, e.g. after the page was loaded again."""
        device = self._device
        if device is None or self.browser != "waiting":
            return None
        safe = device.url.startswith(("http://", "https://"))
        left_s = max(0.0, device.ends_at - time.time())
        return {"code": device.user_code, "url": device.url if safe else "", "left_s": round(left_s)}

    @handler
    def look_again(self) -> None:
        """Look for a token in all places again, and ask whose it is."""
        with self._changing():
            self._look()
        self._ask_who()

    @handler
    def cancel(self) -> None:
        """Stop waiting for the Hub."""
        with self._changing():
            self._question += 1
            self.set_trait("phase", "signed_in" if self.account else "signed_out")

    @handler
    def start_over(self) -> None:
        """Show the form for another token; nobody is signed out by that."""
        with self._changing():
            self.set_trait("trouble", None)
            self.set_trait("phase", "signed_out")

    @handler
    def switch_to(self, name: str) -> None:
        """Use the token stored under `name`."""

        def switch() -> dict[str, Any]:
            tokens.auth_switch(name)
            _prefer_token_file()
            return auth.whoami(endpoint=self._settings().endpoint)

        words = f"Asking {self.endpoint['host']} whose token “{name}” is…"
        self._ask(words, switch, source=f"saved on this machine as “{name}”")

    @handler
    def sign_out(self) -> None:
        """Forget the token of this session and the one on this machine; what others set stays."""
        forget_tokens()
        with self._changing():
            self._question += 1
            self._look()
            self._signed_out(None)
        self.update_record(final=True)
        self._ask_who()  # of a token that others set and we can't forget

    def _await_approval(self, device: DeviceCode, ends: Event) -> None:
        """Ask now and then until the person has approved, refused, or waited too long."""
        while not ends.wait(device.interval_s) and self.comm is not None and self.phase != "signed_in":
            try:
                token = device.redeem()
            except DeviceCodeError as refused:
                self._end_browser(refused.reason)
                return
            except HubError:  # no answer this time; the code is still good
                continue
            except Exception:
                logger.exception("Waiting for the approval in the browser failed.")
                self._end_browser("expired")
                return
            if token is not None and not ends.is_set():
                self._end_browser("offered")
                self._take_token(token)
                return
        self._end_browser("offered")

    def _take_token(self, token: str) -> None:
        """Ask whose the token of an approved code is, and keep it."""
        self._ask(
            f"Asking {self.endpoint['host']} who approved…",
            lambda: auth.whoami(token, endpoint=self._settings().endpoint),
            accept=lambda answer: _keep_token(token, auth.token_name(answer), keep=True),
            secret=token,
        )

    def _end_browser(self, state: str) -> None:
        with self._changing():
            self._device = None
            self.set_trait("browser", state)

    def _settings(self) -> Settings:
        return Settings.from_env(endpoint=self._chosen_endpoint)

    def _look(self) -> None:
        """Read where a token could come from; nothing is sent."""
        settings = self._settings()
        self.set_trait("endpoint", _endpoint_view(settings))
        sources = [one for one in tokens.token_sources(settings) if one.found or one.name != "kaggle"]
        self.set_trait("sources", [_source_view(one) for one in sources])
        self.set_trait("stored", tokens.auth_list())

    def _ask_who(self) -> None:
        """If there is a token, ask whose it is."""
        found = next((one["label"] for one in self.sources if one["in_use"]), None)
        if found is None or self.endpoint["offline"]:
            return
        self._ask(
            f"Found a token: {found}. Asking {self.endpoint['host']} whose it is…",
            lambda: auth.whoami(endpoint=self._settings().endpoint),
            source=f"found here: {found}",
        )

    def _ask(
        self,
        words: str,
        question: Callable[[], dict[str, Any]],
        *,
        accept: Callable[[dict[str, Any]], None] | None = None,
        secret: str | None = None,
        source: str | None = None,
    ) -> None:
        """Ask the Hub on a worker; accept and show the answer unless something newer was asked, or Cancel pressed.

        `secret` is hidden wherever it turns up, `source` says where the token in question came from.
        """
        with self._changing():
            self._question += 1
            number = self._question
            self.set_trait("trouble", None)
            self.set_trait("checking", words)
            self.set_trait("phase", "checking")

        def work() -> None:
            answer: dict[str, Any] | None = None
            trouble: dict[str, Any] | None = None
            try:
                answer = question()
                with self._changing():
                    if accept is not None and number == self._question:
                        accept(answer)
            except Exception as error:  # a worker has nobody above it to tell
                answer, trouble = None, _trouble(error, self.endpoint["host"], secret, source)
            try:
                self._show_answer(number, answer, trouble)
            except Exception:  # an observer of `user` is somebody else's code
                logger.exception("An observer of the sign-in panel failed.")

        self._worker = start_worker(work, "login")

    def settle(self, timeout_s: float) -> None:
        """Wait until the Hub has answered what was asked last, at most `timeout_s` seconds."""
        if self._worker is not None:
            self._worker.join(timeout_s)

    def _show_answer(self, number: int, answer: dict[str, Any] | None, trouble: dict[str, Any] | None) -> None:
        with self._changing():
            if number != self._question:
                return
            self._look()
            if answer is None:
                self._signed_out(trouble)
            else:
                _remember(self._settings(), answer)
                self._signed_in(answer)
        self.update_record(final=True)

    def _signed_in(self, answer: dict[str, Any]) -> None:
        account = account_of(answer)
        self.set_trait("account", account)
        self.set_trait("trouble", None)
        self.set_trait("phase", "signed_in")
        self.set_trait("user", account["name"])  # last: whoever observes it sees the rest as it is now

    def _signed_out(self, trouble: dict[str, Any] | None) -> None:
        self.set_trait("trouble", trouble)
        self.set_trait("account", None)
        self.set_trait("phase", "signed_out")
        self.set_trait("user", None)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Change several traits as one: one message, and no other thread in between."""
        with self._state_lock, self.hold_sync():
            yield


def forget_tokens() -> None:
    """Forget the session's token and the active one on this machine; other stored tokens stay."""
    tokens.set_session_token(None)
    name = tokens.active_token_name()
    if name is not None:
        tokens.logout(name)
    elif any(one.name == "file" and one.found for one in tokens.token_sources()):
        tokens.logout()


def _remember(settings: Settings, answer: dict[str, Any]) -> None:
    token = tokens.find_token(settings)
    if token is not None:
        _known[_key(settings, token)] = (time.monotonic(), answer)


def _recall(settings: Settings) -> dict[str, Any] | None:
    """Give the recent answer to whose the token in use is, if there is one."""
    token = tokens.find_token(settings)
    if token is None or settings.offline:
        return None
    asked_at, answer = _known.get(_key(settings, token), (float("-inf"), None))
    return answer if time.monotonic() - asked_at < _KNOWN_FOR_S else None


def _key(settings: Settings, token: str) -> tuple[str, str]:
    return settings.endpoint, hashlib.sha256(token.encode()).hexdigest()


def _keep_token(token: str, name: str, *, keep: bool) -> None:
    """Remember a token that the Hub accepted: on this machine, or for this kernel only."""
    if not keep:
        tokens.set_session_token(token)
        return
    tokens.save_token(token, name)
    _prefer_token_file()


def _prefer_token_file() -> None:
    """Make the token file win in this kernel: over the environment too, for the person just chose it."""
    tokens.set_session_token(None)
    settings = Settings.from_env()
    if settings.env_token:
        chosen = tokens.find_token(dataclasses.replace(settings, env_token=None))
        tokens.set_session_token(chosen, label="Chosen in this notebook")


def _endpoint_view(settings: Settings) -> dict[str, Any]:
    parts = urlsplit(settings.endpoint)
    public = settings.endpoint == DEFAULT_ENDPOINT
    return {
        "host": parts.netloc.rpartition("@")[2] or settings.endpoint,
        "local": _is_local(parts.hostname or ""),
        "offline": settings.offline,
        "token_page": f"{DEFAULT_ENDPOINT}/settings/tokens" if public else None,
    }


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _source_view(source: tokens.TokenSource) -> dict[str, Any]:
    return {
        "name": source.name,
        "label": source.label,
        "found": source.found,
        "in_use": source.in_use,
        "note": source.note,
    }


def _trouble(error: Exception, host: str, secret: str | None, source: str | None) -> dict[str, Any]:
    """Put what went wrong into title, reasons and details, without the token."""
    details = redact(str(error), secret)
    if isinstance(error, HfHubHTTPError) and error.status_code in (401, 403):
        reason = "It was revoked, it has expired, or part of it is missing."
        which, harm = (f"the token {source}", "") if source else ("this token", " Nothing was stored.")
        return _view("refused", f"{host} did not accept {which}", [reason + harm], details)
    if isinstance(error, OfflineModeIsEnabled):
        return _view("offline", "You are working offline", [details], "")
    if isinstance(error, HubUnreachableError):
        paragraphs = ["There was no answer. If this hub needs a VPN or a proxy, turn it on and try again."]
        return _view("unreachable", f"Can’t reach {host}", paragraphs, details)
    if isinstance(error, HubError):
        title, _, rest = details.partition(". ")
        return _view("other", title.rstrip("."), [rest] if rest else [], "")
    problem = problem_of(error)
    return _view("other", problem["title"], [problem["text"]], "")


def _view(kind: str, title: str, paragraphs: list[str], details: str) -> dict[str, Any]:
    return {"kind": kind, "title": title, "paragraphs": paragraphs, "details": details}
