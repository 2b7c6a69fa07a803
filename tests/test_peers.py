"""The comparison with peers, on our own side: right answers are found right and wrong ones wrong."""

import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks import key_networks
from benchmarks.kme_mesh import served_by_kmes
from benchmarks.peers import __main__ as peers
from benchmarks.peers.keys import two_keys
from benchmarks.peers.measure import TASKS, Measured, measure
from benchmarks.peers.rates import bb84_truth, qbers, six_state_truth
from benchmarks.peers.task import OURS
from qkdlab.network import ring, star
from qkdlab.values import binary_entropy
from tools.pages import filled

SCALE = 0.02
OWN = [(name, side) for name, task in TASKS.items() for side in task.sides if side.startswith(OURS)]


@pytest.mark.parametrize(("name", "side"), OWN)
def test_our_answers_are_right(name: str, side: str) -> None:
    measured = measure(TASKS[name], side, SCALE)
    assert measured.right, measured.found
    assert measured.seconds > 0


def test_every_task_begins_with_us_and_has_a_peer() -> None:
    for task in TASKS.values():
        first, *others = task.sides
        assert first.startswith(OURS)
        assert any(not side.startswith(OURS) for side in others)


def wrong_answers() -> dict[str, object]:
    """An answer for each task that is a little wrong."""
    alice, bob = two_keys(SCALE)
    pair = [("id", bytes(32))]
    return {
        "bb84-rate": [bb84_truth(q) + 2e-6 for q in qbers(SCALE)],
        "six-state-rate": [six_state_truth(q) - 2e-6 for q in qbers(SCALE)],
        "intercepted": (180, 500),  # 5.7σ
        "cascade": (np.where(np.arange(len(alice)) == np.flatnonzero(alice != bob)[0], bob, alice), 1),
        "ldpc": np.zeros((65_494, 1), dtype=np.uint8),
        "hash": np.zeros(10_000, dtype=np.uint8),
        "clients": [(pair, pair)] * 5,
    }


@pytest.mark.parametrize("name", TASKS)
def test_wrong_answers_are_found_wrong(name: str) -> None:
    right, found = TASKS[name].judge(wrong_answers()[name], SCALE)
    assert not right, found


def test_the_truths_are_the_limits_of_the_textbooks() -> None:
    # 1 - 2 h(Q) written in another way, and no key at 12.62 %
    for q in (0.01, 0.05, 0.11):
        assert bb84_truth(q) == pytest.approx(1 - 2 * binary_entropy(q), abs=1e-12)
    assert six_state_truth(0.12619) > 0 > six_state_truth(0.1262)


def test_a_row_says_what_all_rounds_said() -> None:
    rounds = [Measured(0.002, 3_000_000, True, "a"), Measured(0.004, None, False, "b")]
    assert peers.row(OURS, rounds, 0.0015) == [OURS, "this", "3 ms", "2", "3 MB", "**no**", "a / b"]
    assert peers.row(OURS, rounds[:1], 0.002) == [OURS, "this", "2 ms", "1", "3 MB", "yes", "a"]


def test_the_command_says_which_peers_are_missing(monkeypatch, capsys) -> None:
    def without_peers(task: str, side: str, scale: float) -> Measured | None:
        return Measured(1.0, None, True, "found") if side.startswith(OURS) else None

    monkeypatch.setattr(peers, "measure_apart", without_peers)
    monkeypatch.setattr("sys.argv", ["peers", "--only", "hash", "--rounds", "1"])
    peers.main()
    printed = capsys.readouterr().out
    assert "| qkdlab | this | 1 s | 1 | – | yes | found |" in printed
    assert "Not installed (make peers): randextract, cryptomite" in printed


def test_a_table_is_written_where_every_peer_is_there_and_in_full_size_alone(monkeypatch, tmp_path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- hash -->\n<!-- end -->\n", encoding="utf-8")
    monkeypatch.setattr(peers, "measure_apart", lambda *_: Measured(1.0, None, True, "found"))
    monkeypatch.setattr(peers, "version_of", lambda _: "7")
    command = ["peers", "--only", "hash", "--rounds", "2", "--write", str(page)]
    monkeypatch.setattr("sys.argv", [*command, "--scale", "0.5"])
    with pytest.raises(SystemExit):
        peers.main()
    monkeypatch.setattr("sys.argv", command)
    peers.main()
    written = page.read_text(encoding="utf-8")
    assert "| cryptomite | 7 | 1 s | 1 | – | yes | found |" in written
    assert "medians of 2 rounds" in written


def test_the_page_has_a_place_for_both_tables_and_they_are_there() -> None:
    page = (Path(__file__).parents[1] / "docs" / "peers.md").read_text(encoding="utf-8")
    for task in TASKS.values():
        assert f"### {task.title}\n" in page
        for side in task.sides:
            assert f"\n| {side} | " in page
    assert len(re.findall(r"^Measured on ", page, flags=re.M)) == len(TASKS) + 1
    assert filled(page, dict.fromkeys((*TASKS, "networks"), ""), "peers.md") != page


def test_networks_serve_keys_of_every_kind(tmp_path) -> None:
    keys, seconds = key_networks.by_model(ring(4), 0.01)
    assert keys > 0
    assert seconds > 0
    assert key_networks.in_bits(star(3), 0.1)[0] == 10
    assert served_by_kmes(tmp_path, 3, 12)[0] == 12


def test_an_exponent_is_the_power_of_the_size() -> None:
    assert key_networks.exponent([4, 16, 64], [(10, 4.0), (20, 32.0), (5, 32.0)]) == pytest.approx(1.0)
