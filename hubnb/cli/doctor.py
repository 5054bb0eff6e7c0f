"""`env` says what is set, `doctor` says what is wrong with it: proxy, certificates, endpoint, clock, disk, token."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .verb import Answer, Verb, format_bytes, table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from ..client.settings import Settings

_PACKAGES = ("hubnb", "requests", "ipywidgets", "anywidget", "torch", "safetensors", "huggingface_hub", "hf_xet")
_CLOCK_OFF_S = 120
_LOW_DISK_BYTES = 2_000_000_000
_SECRET = "(set)"  # noqa: S105 - stands where a secret would be


def environment() -> dict[str, Any]:
    """Say what is set, without any secret."""
    from ..client.settings import Settings
    from ..client.tokens import token_sources

    settings = Settings.from_env()
    source = next((source.label for source in token_sources(settings) if source.in_use), None)
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        **{name: version for name in _PACKAGES if (version := _version(name)) is not None},
        "endpoint": _without_password(settings.endpoint),
        "cache": str(settings.cache_dir),
        "assets": str(settings.assets_dir),
        "token": source or "none",
        "token file": str(settings.token_path),
        "offline": settings.offline,
        "notebook": "ipykernel" in sys.modules,
        "variables": {
            name: _SECRET if _names_a_secret(name) else _without_password(value)
            for name, value in sorted(os.environ.items())
            if name.startswith(("HF_", "HUGGING", "HUBNB_")) or name.lower().endswith("_proxy")
        },
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _names_a_secret(variable: str) -> bool:
    return any(word in variable.upper() for word in ("TOKEN", "SECRET", "KEY", "PASSW")) and not variable.endswith(
        "_PATH"
    )


def _without_password(address: str) -> str:
    """Take user and password out of an address."""
    head, at, tail = address.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if at and "://" in head else address


def _env(_: argparse.Namespace) -> Answer:
    known = environment()
    rows = [(name, str(value)) for name, value in known.items() if name != "variables"]
    rows += list(known["variables"].items())
    return Answer(table(rows), known)


@dataclass(frozen=True)
class Finding:
    """What one look found."""

    what: str
    state: str
    """``ok``, ``note`` or ``wrong``."""
    text: str


_MARKS = {"ok": "✓", "note": "·", "wrong": "✗"}


def examine() -> list[Finding]:
    """Look at everything that commonly goes wrong; no look stops another."""
    from ..client.settings import Settings

    settings = Settings.from_env()
    looks: list[tuple[str, Callable[[Settings], Finding]]] = [
        ("endpoint", _endpoint), ("proxy", _proxy), ("certificates", _certificates), ("Hub", _hub), ("token", _token),
        ("disk", _disk), ("cache", _cache), ("notebook", _notebook),
    ]  # fmt: skip
    found: list[Finding] = []
    for what, look in looks:
        try:
            found.append(look(settings))
        except Exception as error:
            found.append(Finding(what, "wrong", f"{type(error).__name__}: {error}"))
    return found


def _endpoint(settings: Settings) -> Finding:
    from ..client.settings import DEFAULT_ENDPOINT

    address, shown = urlsplit(settings.endpoint), _without_password(settings.endpoint)
    if address.scheme not in ("http", "https") or not address.hostname:
        text = f"{shown!r} is no address. HF_ENDPOINT must look like https://hub.example.org"
        return Finding("endpoint", "wrong", text)
    why = "the default" if settings.endpoint == DEFAULT_ENDPOINT else "from HF_ENDPOINT"
    if settings.offline:
        return Finding("endpoint", "note", f"{shown} ({why}); HF_HUB_OFFLINE is set, so it is not asked")
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(address.hostname, address.port or address.scheme)}
    except OSError:
        if any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")):
            return Finding("endpoint", "note", f"{shown} ({why}); its name is left to the proxy")
        text = f"{address.hostname} has no address here (DNS). Check the name, the network, or a VPN."
        return Finding("endpoint", "wrong", text)
    return Finding("endpoint", "ok", f"{shown} ({why}) is at {', '.join(sorted(map(str, found)))}")


def _proxy(settings: Settings) -> Finding:
    from urllib.request import getproxies, proxy_bypass

    address, used = urlsplit(settings.endpoint), getproxies()
    proxy = used.get(address.scheme) or used.get("all")
    if proxy is None or proxy_bypass(address.netloc.rpartition("@")[2]):
        return Finding("proxy", "ok", "none is used for this endpoint")
    place = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    shown = _without_password(proxy)
    try:
        socket.create_connection((place.hostname or "", place.port or 80), timeout=5).close()
    except OSError as error:
        return Finding("proxy", "wrong", f"{shown} can't be reached: {error.strerror or error}")
    return Finding("proxy", "ok", f"{shown} answers")


def _certificates(settings: Settings) -> Finding:
    named = [name for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE") if os.environ.get(name)]
    for name in named:
        if not Path(os.environ[name]).exists():
            return Finding("certificates", "wrong", f"{name} names {os.environ[name]!r}, which isn't there")
    if not settings.endpoint.startswith("https"):
        return Finding("certificates", "note", "not used: the endpoint speaks plain http")
    return Finding("certificates", "ok", f"from {named[0]}" if named else "those that come with requests")


def _hub(settings: Settings) -> Finding:
    if settings.offline:
        return Finding("Hub", "note", "not asked (offline)")
    from ..client.hub import HubClient

    before = datetime.now(timezone.utc)
    response = HubClient(settings, token=False).http.request("GET", "/api/models", params={"limit": 1}, timeout_s=10)
    took_s = (datetime.now(timezone.utc) - before).total_seconds()
    told = response.headers.get("Date")
    text = f"answers in {took_s * 1000:.0f} ms"
    if told is None:
        return Finding("Hub", "ok", text)
    off_s = (before - parsedate_to_datetime(told)).total_seconds()
    if abs(off_s) > _CLOCK_OFF_S:
        text += (
            f", but this machine's clock is {abs(off_s):.0f} s {'ahead' if off_s > 0 else 'behind'}: signed links fail"
        )
        return Finding("Hub", "wrong", text)
    return Finding("Hub", "ok", f"{text}, and the clocks agree")


def _token(settings: Settings) -> Finding:
    from ..client.auth import token_name, whoami
    from ..client.tokens import token_sources

    sources = [source for source in token_sources(settings) if source.found]
    if not sources:
        return Finding("token", "note", "none: public repositories only. `hubnb login` stores one")
    label = next((source.label for source in sources if source.in_use), sources[0].label)
    if settings.offline:
        return Finding("token", "note", f"from: {label} (not checked, offline)")
    user = whoami()
    text = f"{user['name']} ({token_name(user)}), from: {label}"
    passed_over = [source.label for source in sources if not source.in_use]
    if passed_over:
        text += f"; passed over: {', '.join(passed_over)}"
    return Finding("token", "ok", text)


def _disk(settings: Settings) -> Finding:
    folder = settings.cache_dir
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK):
        return Finding("disk", "wrong", f"{folder} can't be written to. Set HF_HOME to a folder of yours.")
    state = "note" if free < _LOW_DISK_BYTES else "ok"
    return Finding("disk", state, f"{format_bytes(free)} free at {settings.cache_dir}")


def _cache(settings: Settings) -> Finding:
    from ..cache import scan_cache_dir

    if not settings.cache_dir.exists():
        return Finding("cache", "ok", "empty")
    info = scan_cache_dir(settings.cache_dir)
    text = f"{format_bytes(info.size_on_disk)} in {len(info.repos)} repositories"
    if info.warnings:
        return Finding("cache", "note", f"{text}; {len(info.warnings)} entries not in order (hubnb scan-cache)")
    return Finding("cache", "ok", text)


def _notebook(_: Settings) -> Finding:
    versions = {name: _version(name) for name in ("ipykernel", "jupyterlab", "notebook", "ipywidgets", "anywidget")}
    if not versions["anywidget"]:
        return Finding("notebook", "wrong", "anywidget is missing, so no panel can be shown: pip install anywidget")
    return Finding("notebook", "ok", ", ".join(f"{name} {version}" for name, version in versions.items() if version))


def _doctor(_: argparse.Namespace) -> Answer:
    found = examine()
    rows = [(_MARKS[one.state], one.what, one.text) for one in found]
    wrong = sum(one.state == "wrong" for one in found)
    last = "All is well." if not wrong else f"{wrong} of {len(found)} need a look."
    data = [{"what": one.what, "state": one.state, "text": one.text} for one in found]
    return Answer(f"{table(rows)}\n{last}", data, status=1 if wrong else 0)


VERBS = [
    Verb("env", "say what is set here, for a bug report", _env),
    Verb("doctor", "find what is wrong with network, token or disk", _doctor),
]
