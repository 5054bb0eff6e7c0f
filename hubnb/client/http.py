"""The one place that talks HTTP: signs, follows redirects, retries, maps errors, redacts.

Rules kept here so that nobody else has to: Authorization goes to the Hub's own origin and nowhere else, also
not through a redirect; `.netrc` never replaces it; only calls that can be repeated are repeated; waiting
between tries ends at once when the caller stops.
"""

from __future__ import annotations

import os
import random
import re
import sys
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests

from .. import __version__
from .errors import (
    HFValidationError,
    HubError,
    HubUnreachableError,
    OfflineModeIsEnabled,
    TransferCancelled,
)
from .redact import redact
from .session import send, shared_session
from .status import raise_for_status, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .repo_id import RepoId
    from .settings import Settings

MAX_TRIES = 5
MAX_TRIES_TO_CONNECT = 3  # a person waits for this answer: 3 s, not 15
MAX_REDIRECTS = 10
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 8.0
_LONGEST_POLITE_WAIT_S = 330.0  # a rate-limit window is 5 minutes
_PASSING_STATUSES = {408, 429, 500, 502, 503, 504}
_BROKEN_OFF = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
_REPEATABLE_METHODS = {"GET", "HEAD", "OPTIONS"}
_RATE_LIMIT = re.compile(r'"[^"]*"\s*;\s*r=(\d+)\s*;\s*t=(\d+)')


class Http:
    """Sends requests to one Hub as one identity.

    Parameters
    ----------
    settings
        Where the Hub is, timeouts, offline.
    token
        The token to send to the Hub's own origin, or None for anonymous.
    stop
        When set, waits end at once with `TransferCancelled`.
    """

    def __init__(self, settings: Settings, token: str | None, stop: threading.Event | None = None) -> None:
        self.settings = settings
        self._token = token
        self._stop = stop or threading.Event()
        self._home = origin_of(settings.endpoint)
        self._routes: dict[tuple[str, str | None, int | None], dict[str, Any]] = {}

    def with_stop(self, stop: threading.Event) -> Http:
        """Give the same sender, ended by `stop`."""
        return Http(self.settings, self._token, stop)

    @property
    def has_token(self) -> bool:
        """Whether requests are signed."""
        return self._token is not None

    def url(self, path: str) -> str:
        """Make a full URL of a path on the Hub; a full URL stays."""
        return path if "://" in path else self.settings.endpoint + path

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Any = None,
        json: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        stream: bool = False,
        follow: bool = True,
        repeatable: bool | None = None,
        signed: bool = True,
        repo: RepoId | None = None,
        revision: str | None = None,
        entry: str | None = None,
        check: bool = True,
    ) -> requests.Response:
        """Send one request and give its answer.

        Parameters
        ----------
        path
            Path on the Hub, or a full URL.
        data
            Body: bytes, or a factory of a body (called anew for every try).
        follow
            False gives a redirect back as it is.
        repeatable
            Whether a second send does no harm; by default GET, HEAD and OPTIONS are.
        signed
            False leaves the token out.
        repo, revision, entry
            What the request is about, for the error's text.
        check
            False gives error answers back instead of raising.

        Raises
        ------
        HfHubHTTPError
            The Hub answered with an error (or the subclass that fits).
        HubUnreachableError
            No answer after the tries.
        OfflineModeIsEnabled
            `HF_HUB_OFFLINE` is set.
        TransferCancelled
            The caller stopped while this waited.
        """
        if self.settings.offline:
            msg = (
                f"Offline mode is on (HF_HUB_OFFLINE), so nothing was sent to {self.settings.endpoint}. "
                "Unset the variable to ask the Hub."
            )
            raise OfflineModeIsEnabled(msg)
        self._check_address(self.url(path))
        can_repeat = method in _REPEATABLE_METHODS if repeatable is None else repeatable
        tries = MAX_TRIES if can_repeat else 1
        for attempt in range(tries):
            last = attempt == tries - 1
            try:
                response = self._follow(
                    method, self.url(path), follow=follow, signed=signed,
                    params=params, json=json, data=data() if callable(data) else data, stream=stream,
                    headers={"User-Agent": user_agent_of(self.settings), **(headers or {})},
                    timeout=(self.settings.etag_timeout_s, timeout_s or self.settings.download_timeout_s),
                )  # fmt: skip
            except HubError:
                raise  # said already; ours are ConnectionErrors too
            except _BROKEN_OFF as error:
                if self._stop.is_set():
                    raise TransferCancelled from None
                if attempt + 1 >= min(tries, MAX_TRIES_TO_CONNECT) or isinstance(error, requests.exceptions.SSLError):
                    raise self._unreachable(error, self.url(path), tries=attempt + 1) from None
                self._wait(_backoff_s(attempt))
                continue
            if response.status_code in _PASSING_STATUSES and not last:
                asked_s = asked_wait_s(response)
                delay_s = _backoff_s(attempt) if asked_s is None else asked_s
                if delay_s <= _LONGEST_POLITE_WAIT_S:
                    response.close()
                    self._wait(delay_s)
                    continue
            if check:
                self.check(response, repo=repo, revision=revision, entry=entry)
            return response
        raise AssertionError("unreachable")  # noqa: EM101 - the loop returns or raises

    def pages(self, path: str, *, params: Any = None, repo: RepoId | None = None, **kwargs: Any) -> Iterator[Any]:
        """Yield the items of a paginated list, page by page, following `Link: rel="next"`."""
        response = self.request("GET", path, params=params, repo=repo, **kwargs)
        while True:
            yield from read_json(response)
            following = response.links.get("next", {}).get("url")
            if not following:
                return
            response = self.request("GET", urljoin(response.url, following), repo=repo, **kwargs)

    def check(
        self,
        response: requests.Response,
        *,
        repo: RepoId | None = None,
        revision: str | None = None,
        entry: str | None = None,
    ) -> None:
        """Raise the error that fits an error answer."""
        raise_for_status(response, repo=repo, revision=revision, entry=entry, has_token=self.has_token)

    def redact(self, text: str) -> str:
        """Hide this sender's token, and anything else that looks like a secret."""
        return redact(text, self._token)

    def _follow(self, method: str, url: str, *, follow: bool, signed: bool, **kwargs: Any) -> requests.Response:
        session, headers = shared_session(), kwargs.pop("headers")
        for _ in range(MAX_REDIRECTS):
            at_home = signed and origin_of(url) == self._home
            token = self._token if at_home else None
            kwargs["headers"] = {**self.settings.caller.headers, **headers} if at_home else headers
            route = {} if session.trust_env else self.route(url)
            response = send(session, method, url, token, **kwargs, **route)
            location = response.headers.get("Location")
            if not (follow and location and response.status_code in (301, 302, 303, 307, 308)):
                return response
            response.close()
            url = urljoin(url, location)
            kwargs["params"] = None  # the target is complete; adding them twice would change it
            if response.status_code == 303:
                method, kwargs["json"], kwargs["data"] = "GET", None, None
        msg = f"{urlsplit(url).netloc} redirected {MAX_REDIRECTS} times without an end."
        raise HubUnreachableError(msg)

    def route(self, url: str) -> dict[str, Any]:
        """Proxies and CA bundle the environment names for `url`; read once for each origin."""
        origin = origin_of(url)
        if origin not in self._routes:
            bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
            self._routes[origin] = {
                "proxies": requests.utils.get_environ_proxies(url),
                "verify": bundle or True,
            }
        return self._routes[origin]

    def _wait(self, delay_s: float) -> None:
        if self._stop.wait(delay_s):
            raise TransferCancelled

    def _unreachable(self, error: Exception, url: str, *, tries: int) -> HubUnreachableError:
        host = urlsplit(url).netloc.rpartition("@")[2]
        why = reason_of(error)
        source = " The address comes from HF_ENDPOINT." if os.environ.get("HF_ENDPOINT") and self.is_home(url) else ""
        times = "one try" if tries == 1 else f"{tries} tries"
        advice = "Check the address, the network and the proxy, then try again."
        msg = f"Can't reach {host}: {why} ({times}).{source} {advice}"
        return HubUnreachableError(redact(msg, self._token))

    def _check_address(self, url: str) -> None:
        split = urlsplit(url)
        if split.scheme in ("http", "https") and split.hostname and not any(map(str.isspace, split.netloc)):
            return
        source = "It comes from HF_ENDPOINT. " if os.environ.get("HF_ENDPOINT") else ""
        shown = redact(self.settings.endpoint, self._token)
        msg = f"{shown!r} is not the address of a Hub. {source}It must look like https://hub.example.com."
        raise HFValidationError(msg)

    def is_home(self, url: str) -> bool:
        """Whether `url` is on the Hub itself, where the token may go."""
        return origin_of(url) == self._home


def origin_of(url: str) -> tuple[str, str | None, int | None]:
    """Give scheme, host and port of an address: tokens go to one such place only."""
    split = urlsplit(url)
    port = split.port or {"http": 80, "https": 443}.get(split.scheme)
    return split.scheme, split.hostname, port


def reason_of(error: Exception) -> str:
    """Say in a few words why no answer came."""
    text = str(error)
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate was not accepted (a company proxy? set REQUESTS_CA_BUNDLE to its CA)"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy did not let the request through"
    if "NameResolution" in text or "getaddrinfo" in text or "Name or service not known" in text:
        return "the name could not be looked up (DNS)"
    if "refused" in text:
        return "nothing answers at that address (connection refused)"
    if isinstance(error, requests.Timeout) or "timed out" in text:
        return "no answer in time"
    return "the connection broke off"


def _backoff_s(attempt: int) -> float:
    wait_s = min(_FIRST_WAIT_S * 2**attempt, _LONGEST_WAIT_S)
    return wait_s * random.uniform(0.75, 1.25)  # noqa: S311 - spreads clients out, guards nothing


def asked_wait_s(response: requests.Response) -> float | None:
    """Seconds the Hub asks us to wait: `RateLimit` (when used up) first, then `Retry-After`."""
    used_up = [int(t) for r, t in _RATE_LIMIT.findall(response.headers.get("RateLimit", "")) if r == "0"]
    if used_up:
        return max(used_up) + 1.0
    after = response.headers.get("Retry-After", "")
    if after.isdigit():
        return float(after)
    if after:
        from email.utils import parsedate_to_datetime

        try:
            return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
        except ValueError:
            return None
    return None


def user_agent_of(settings: Settings) -> str:
    """Say who asks."""
    caller = settings.caller
    parts = [f"{caller.library_name}/{caller.library_version}"] if caller.library_name else []
    parts.append(f"hubnb/{__version__}")
    if not settings.disable_telemetry:
        parts.append("python/{}.{}.{}".format(*sys.version_info))
    if caller.user_agent:
        parts.append(caller.user_agent)
    if settings.user_agent_origin:
        parts.append(f"origin/{settings.user_agent_origin}")
    return "; ".join(dict.fromkeys("; ".join(parts).split("; ")))
