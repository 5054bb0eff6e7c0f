"""LocalHub: starts, stops, keeps, and keeps to itself."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import threading
from pathlib import Path

import pytest
import requests

from hubnb.server import LocalHub


def whoami(hub: LocalHub, token: str | None = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token or hub.token}"}
    with requests.Session() as session:
        return session.get(f"{hub.endpoint}/api/whoami-v2", headers=headers, timeout=10)


def create(hub: LocalHub, name: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {hub.token}"}
    return requests.post(f"{hub.endpoint}/api/repos/create", json={"name": name}, headers=headers, timeout=10)


def test_it_answers_as_soon_as_it_is_there_and_one_user_is_made():
    with LocalHub() as hub:
        assert hub.endpoint.startswith("http://127.0.0.1:")
        assert whoami(hub).json()["name"] == hub.user == "me"


def test_small_answers_do_not_wait_for_more_to_send():
    with LocalHub() as hub:
        (listener,) = hub._server.servers[0].sockets
        assert listener.proto == socket.IPPROTO_TCP, "asyncio turns Nagle's delay off only for sockets that name TCP"


def test_the_token_is_not_in_the_repr_nor_on_the_disk_in_the_database(tmp_path):
    data = tmp_path / "data"
    with LocalHub(data_dir=data) as hub:
        create(hub, "a")
        token = hub.token
        assert token not in repr(hub)
        assert stat.S_IMODE((data / "token").stat().st_mode) == 0o600
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for path in data.rglob("*"):
        if path.is_file() and path.name != "token":
            assert token.encode() not in path.read_bytes(), path


def test_nothing_stays_of_a_temporary_hub():
    hub = LocalHub().start()
    folder = hub._hub.folder
    port = int(hub.endpoint.rpartition(":")[2])
    create(hub, "a")
    hub.close()
    hub.close()
    assert not folder.exists()
    assert not [thread for thread in threading.enumerate() if thread.name == f"hub-{port}"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))


def test_a_data_folder_keeps_repositories_and_token(tmp_path):
    with LocalHub(data_dir=tmp_path) as hub:
        token = hub.token
        assert create(hub, "kept").status_code == 200
    with LocalHub(data_dir=tmp_path) as hub:
        assert hub.token == token
        assert create(hub, "kept").status_code == 409


def test_a_data_folder_belongs_to_one_hub_at_a_time(tmp_path):
    with LocalHub(data_dir=tmp_path), pytest.raises(OSError, match="in use by another Hub"):
        LocalHub(data_dir=tmp_path).start()


def test_a_port_that_is_taken_is_told():
    with LocalHub() as hub:
        port = int(hub.endpoint.rpartition(":")[2])
        with pytest.raises(OSError, match=f"Port {port} on 127.0.0.1 is in use"):
            LocalHub(port=port).start()


def test_several_run_side_by_side_and_do_not_know_each_other():
    with LocalHub() as first, LocalHub() as second:
        assert create(first, "only-here").status_code == 200
        assert first.endpoint != second.endpoint
        assert whoami(second, first.token).status_code == 401
        assert requests.request("GET", f"{second.endpoint}/api/models", timeout=10).json() == []


def test_it_works_inside_a_running_event_loop():
    async def cell() -> int:
        with LocalHub() as hub:
            return (await asyncio.to_thread(whoami, hub)).status_code

    assert asyncio.run(cell()) == 200


def test_it_can_be_started_again_after_a_failed_start(tmp_path):
    seed = tmp_path / "seed.json"
    seed.write_text("{}")
    hub = LocalHub(data_dir=tmp_path / "data", seed=seed)
    with pytest.raises(ValueError, match="format"):
        hub.start()
    seed.write_text('{"format": "hub-seed/1", "users": [{"name": "x", "tokens": [{"token": "hf_xxxx"}]}]}')
    with hub:
        assert (hub.user, hub.token) == ("x", "hf_xxxx")
        assert whoami(hub).status_code == 200


def test_a_hub_for_other_machines_needs_a_token_of_the_operators_choice(tmp_path):
    with pytest.raises(ValueError, match="seed"):
        LocalHub(host="0.0.0.0").start()
    seed = tmp_path / "seed.json"
    seed.write_text('{"format": "hub-seed/1", "users": [{"name": "x"}]}')
    with pytest.raises(ValueError, match="token"):
        LocalHub(host="0.0.0.0", seed=seed).start()


def test_a_folder_that_can_not_be_used_is_told(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(OSError, match="file"):
        LocalHub(data_dir=blocked).start()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hub.sqlite").write_bytes(b"this is no database, by no means" * 100)
    with pytest.raises(OSError, match="not a database of this Hub"):
        LocalHub(data_dir=tmp_path / "data").start()


def test_samples_hold_a_model_and_a_data_set():
    with LocalHub(samples=True) as hub, requests.Session() as session:
        info = session.get(f"{hub.endpoint}/api/models/sentence-transformers/all-MiniLM-L6-v2", timeout=10).json()
        assert {"README.md", "config.json", "model.safetensors"} <= {item["rfilename"] for item in info["siblings"]}
        assert info["library_name"] == "sentence-transformers"
        assert info["safetensors"]["total"] > 0
        assert not [item for item in info["siblings"] if "__pycache__" in item["rfilename"]]
        assert session.get(f"{hub.endpoint}/api/datasets/sentence-transformers/tiny-sentences", timeout=10).ok


def test_without_the_wheel_a_small_model_is_made(monkeypatch):
    from hubnb.server import samples

    monkeypatch.setattr(samples, "_PACKAGE", "no_such_package_anywhere")
    with LocalHub(samples=True) as hub, requests.Session() as session:
        info = session.get(f"{hub.endpoint}/api/models/sentence-transformers/all-MiniLM-L6-v2", timeout=10).json()
        assert info["safetensors"]["parameters"] == {"F32": 32 * 8 + 8 * 8 + 8}


def test_the_server_needs_neither_torch_nor_numpy_nor_anything_of_hubnb():
    import subprocess
    import sys

    code = (
        "import sys, hubnb.server, hubnb.server.command\n"
        "bare = ('hubnb.server', 'hubnb.lazy')  # the second is how `import hubnb` itself finds names\n"
        "mine = [n for n in sys.modules if n.startswith('hubnb.') and not n.startswith(bare)]\n"
        "names = ('torch', 'numpy', 'requests', 'IPython', 'ipywidgets', 'anywidget')\n"
        "heavy = [n for n in names if n in sys.modules]\n"
        "print(mine, heavy)"
    )
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env, cwd=root)
    assert done.stdout.strip() == "[] []"
