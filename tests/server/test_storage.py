"""The seam between the Hub and the places where it keeps things."""

from __future__ import annotations

import sqlite3

from hubnb.server.buckets import Bucket
from hubnb.server.database import Database
from hubnb.server.largefiles import LargeFiles, LargeStore
from hubnb.server.loose import LooseObjects
from hubnb.server.storage import GitObjects, Metadata


def test_what_there_is_fits_the_interfaces(tmp_path):
    database = Database(tmp_path / "hub.sqlite")
    assert isinstance(database, Metadata)
    database.close()
    assert isinstance(LooseObjects(tmp_path), GitObjects)
    assert issubclass(LargeFiles, LargeStore)
    assert issubclass(Bucket, LargeStore)
    Bucket(tmp_path, "memory:///")  # abstract methods left out would show here


def test_a_database_of_an_older_version_is_brought_up_to_date(tmp_path):
    path = tmp_path / "hub.sqlite"
    Database(path).close()
    old = sqlite3.connect(path)
    old.executescript("ALTER TABLE discussions DROP COLUMN pinned; PRAGMA user_version=4;")
    old.close()
    database = Database(path)
    assert database.all("SELECT pinned FROM discussions") == []
    database.close()


def test_a_store_without_signed_addresses_is_served_through_the_hub(tmp_path):
    from hub_people import Person

    from hubnb.server import LocalHub

    content = b"through the Hub " * 10_000
    with LocalHub(data_dir=tmp_path / "data", blobs=f"file://{tmp_path}/") as hub:
        me = Person(hub.endpoint, hub.token, "me")
        repo = me.create()
        me.put_large(repo, "a.bin", content)
        assert me.read(repo, "a.bin").content == content
        answer = me.read(repo, "a.bin", headers={"Range": "bytes=5-20"})
        assert (answer.status_code, answer.content) == (206, content[5:21])
        assert me.ask("HEAD", f"/{repo}/resolve/main/a.bin").headers["Content-Length"] == str(len(content))
