"""Many clients at once, bad lines, kills in the middle: what was acknowledged is there. Long form: tests/torture."""

from __future__ import annotations

import random

from crowd import Crowd, ServedHub, add_fault, fsck, kill_round
from hub_people import Person

FAULTS = (
    {"kind": "fail", "path": "*", "times": 40, "skip": 50},
    {"kind": "fail", "path": "*/commit/*", "status": 429, "times": 10, "skip": 20},
    {"kind": "cut", "path": "*/resolve/*", "after_bytes": 100, "times": 20},
    {"kind": "cut", "path": "PUT /api/lfs/*", "after_bytes": 5000, "times": 20},
    {"kind": "cut", "path": "POST */commit/*", "after_bytes": 500, "times": 20, "skip": 10},
    {"kind": "lose_answer", "path": "*/commit/*", "times": 20, "skip": 30},
    {"kind": "slow", "path": "PUT /api/lfs/*", "bytes_per_s": 2_000_000, "times": 20},
)


def test_64_clients_with_faults_lose_nothing_and_see_no_fault_of_the_hub(tmp_path):
    hub = ServedHub(tmp_path / "data", "--faults")
    try:
        repos = [Person(hub.endpoint, hub.token, "me").create(name) for name in ("one", "two", "three")]
        for fault in FAULTS:
            add_fault(hub.endpoint, **fault)
        crowd = Crowd(hub.endpoint, hub.token, repos)
        for thread in crowd.start(64, 8, seed=1):
            thread.join()
        assert crowd.unexpected == []
        assert len(crowd.acknowledged) > 64
        assert crowd.counts["412"] > 0, "some must have lost a race"
        assert crowd.broken_promises() == []
        assert hub.peak_bytes() < 400 << 20
    finally:
        hub.terminate()
    status, text = fsck(tmp_path / "data", "--full")
    assert status == 0, text


def test_what_was_acknowledged_survives_kills_in_the_middle_of_commits(tmp_path):
    data, dice = tmp_path / "data", random.Random(2)
    hub = ServedHub(data)
    repos = [Person(hub.endpoint, hub.token, "me").create(name) for name in ("one", "two")]
    hub.kill()
    crowd = Crowd("", "", repos)
    for _ in range(4):
        kill_round(data, crowd, dice, clients=8)
    hub = ServedHub(data)
    try:
        crowd.endpoint = hub.endpoint
        assert crowd.unexpected == []
        assert len(crowd.acknowledged) >= 4
        assert crowd.broken_promises() == []
    finally:
        hub.terminate()
