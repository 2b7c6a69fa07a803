"""Files that an editor has put a byte-order mark before: it is no part of what they say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qkdlab import IDEAL_LINK, SessionSettings
from qkdlab.delivery.kme.kme_settings import KmeSettings
from qkdlab.lab.learning.progress_file import Progress, ProgressFile
from qkdlab.lab.pqc.teams import Defence, read_choice
from qkdlab.network import read_topology, ring, topology_to_json
from qkdlab.sweep.__main__ import main

KME = KmeSettings(kme_id="K", database="d", certificate="c", key="k", ca="a", saes={"S": "K"})


def swept(path: Path) -> int:
    return main([str(path), "--out", str(path.with_name("rows")), "--quiet"])


FILES: dict[str, tuple[str, Callable[[Path], Any], Any]] = {
    "progress": (
        Progress().after("03", "x", right=True).to_json(),
        lambda path: ProgressFile(path).read().right_in("03"),
        {"x"},
    ),
    "KME": (KME.to_json(), lambda path: KmeSettings.load(path).saes, KME.saes),
    "duel": ('{"type": "Defence", "n_pulses": 50000}', read_choice, Defence(n_pulses=50_000)),
    "network": (topology_to_json(ring(3)), read_topology, ring(3)),
    "sweep": (SessionSettings(n_pulses=100, link=IDEAL_LINK, seed=1).to_json(), swept, 0),
}


@pytest.mark.parametrize("name", FILES)
def test_a_mark_is_no_part_of_a_file(name: str, tmp_path: Path) -> None:
    # before: progress was set aside, and begun anew
    text, read, expected = FILES[name]
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read(path) == expected
