"""Exactly once, with KMEs that are killed in the middle (`benchmarks/delivery_fire.py` has the long run)."""

import secrets
from pathlib import Path
from typing import Any

import pytest

from benchmarks.delivery_fire import run, tally

pytestmark = pytest.mark.long


def test_no_key_is_repeated_or_split_however_often_the_kmes_are_killed(tmp_path: Path) -> None:
    result = run(tmp_path, keys=200, kills=2, seed=5, most_seconds=200.0)
    assert result.faults == 0, result
    assert result.masters_keys >= 200
    assert min(result.killed.values()) >= 2
    # what was under way when a KME died may be lost, and no more: three keys of six clients, for two slaves
    assert result.lost <= 36 * sum(result.killed.values())
    assert result.slaves_keys >= 2 * result.masters_keys - 36 * sum(result.killed.values())


def line(sae: str, keys: dict[str, bytes], **told: Any) -> dict[str, Any]:
    return {"event": "keys", "sae": sae, "keys": {name: key.hex() for name, key in keys.items()}, **told}


def test_the_tally_finds_each_fault() -> None:
    block = secrets.token_bytes(128)
    one, two = block[:32], block[32:64]
    made = line("SAE-A", {"1": one, "2": two})
    good = [made, line("SAE-B", {"1": one, "2": two}, asked=["1", "2"]), line("SAE-B", {}, asked=["1", "2"])]
    told: dict[str, Any] = {"killed": {}, "seconds": 1.0}
    assert tally(good, [block], **told).faults == 0
    assert tally(good, [block], **told).slaves_keys == 2
    assert tally([made, *good[2:]], [block], **told).lost == 2
    for fault, lines in {
        "unequal": [made, line("SAE-B", {"1": one, "2": block[64:96]}, asked=["1", "2"])],
        "id_twice": [*good, good[1]],
        "bits_twice": [made, line("SAE-A", {"3": block[24:56]})],
        "not_fed": [made, line("SAE-A", {"3": secrets.token_bytes(32)})],
        "split": [made, line("SAE-B", {"1": one}, asked=["1", "2"])],
    }.items():
        assert getattr(tally(lines, [block], **told), fault) > 0, fault
