"""The built-in session, where it leaves the usual way of `requests`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubnb.client.session import _Session, send

if TYPE_CHECKING:
    import hubnb
    from hubnb.server import LocalHub


def test_address_that_is_not_ascii_takes_the_long_way(hub: LocalHub, api: hubnb.HfApi, repo_id: str) -> None:
    api.upload_file(repo_id=repo_id, path_or_fileobj=b"x", path_in_repo="\u00fc.txt")
    url = f"{hub.endpoint}/{repo_id}/resolve/main/\u00fc.txt"
    assert send(_Session(), "GET", url, None, headers={}, timeout=10).content == b"x"


def test_short_way_takes_packed_answers_too(hub: LocalHub) -> None:
    answer = send(_Session(), "GET", f"{hub.endpoint}/api/models", None, headers={}, timeout=10)
    assert answer.request.headers["Accept-Encoding"].startswith("gzip")
    assert isinstance(answer.json(), list)


def test_token_is_gone_from_the_request_once_it_was_sent(hub: LocalHub) -> None:
    answer = send(_Session(), "GET", f"{hub.endpoint}/api/whoami-v2", hub.token, headers={}, timeout=10)
    assert answer.json()["name"] == hub.user
    assert hub.token not in str(answer.request.headers)
