"""docs/networks.md: its tables are what the package gives, its example is a network, its first block runs."""

import doctest
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qkdlab import expected_key
from qkdlab.network import (
    METRO_LINK,
    NETWORK_SESSION,
    PRESETS,
    UnitCount,
    chain,
    islands,
    key_links,
    topology_from_json,
)
from tools.network_tables import link_rows
from tools.pages import filled, table, write_page

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "networks.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    """Return the first block of the page in that language."""
    return re.search(rf"```{kind}\n(.*?)```", PAGE, flags=re.S)[1]


def test_tables_are_up_to_date() -> None:
    command = [sys.executable, "-m", "tools.network_tables", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_example_is_a_network() -> None:
    topology = topology_from_json(block("json"))
    assert topology.units == UnitCount(alice=3, bob=3)
    assert islands(topology) == (tuple(node.name for node in topology.nodes),)
    assert topology.fibre("Library", "Campus").link.attenuation_db_per_km == 0.21
    assert topology.fibre("Library", "Campus").link.source == METRO_LINK.source
    # South has both units and reaches either user; the users are an Alice and a Bob and reach each other
    names = {link.name for link in key_links(topology)}
    assert names == {"North–South", "South–Clinic", "Library–South", "Library–Clinic"}


def test_long_sessions_would_give_as_much_more_as_the_page_says() -> None:
    assert "with 10⁷ clicks\nthe same link would give 1.1 to 1.3 times as much a second" in PAGE
    ratios = []
    for km in np.arange(1.0, 28.0, 0.5):
        (link,) = key_links(chain(2, link=replace(METRO_LINK, length_km=float(km))))
        short = link.settings(NETWORK_SESSION)
        long = replace(short, n_pulses=min(10**9, round(1e7 / link.link.expected_gain)))
        ratios.append(expected_key(long).rate / expected_key(short).rate)
    assert 1.08 < min(ratios) < 1.18
    assert 1.25 < max(ratios) < 1.35


def test_the_code_runs(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    exec(block("python"), {})
    assert len(capsys.readouterr().out.splitlines()) == 6


def test_the_examples_do_as_they_say(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(PAGE, {}, "networks.md", "networks.md", 0)
    told: list[str] = []
    found = doctest.DocTestRunner().run(test, out=told.append)
    assert found.attempted > 15
    assert not found.failed, "".join(told)


def test_tables_call_what_is_stated_so() -> None:
    ((*_, model, published),) = link_rows(chain(3, key_rate_bits_per_s=1_100.0))
    assert (model, published) == ("–", "1.1 kb/s, stated")
    ((name, km, loss, *_, model, published),) = link_rows(chain(3, loss_db=14.5))
    assert (name, km, loss, published) == ("A–B, B–C", "–", "14.5, stated", "–")
    assert model.endswith("kb/s")
    ((_, km, loss, *_),) = link_rows(chain(2, link=replace(METRO_LINK, length_km=45.0), loss_db=14.5))
    assert (km, loss) == ("45", "14.5, stated")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_on_the_page(name) -> None:
    assert PAGE.count(f"<!-- {name} -->\n| link |") == 1


def test_pages_are_filled() -> None:
    text = table(["a", "b | c"], [["1", "2 | 3"]])
    assert text == "| a | b | c |\n| ---|---|--- |\n| 1 | 2 | 3 |"
    page = "x\n<!-- t -->\nold\n<!-- end -->\ny"
    assert filled(page, {"t": "new"}, "p.md") == "x\n<!-- t -->\nnew\n<!-- end -->\ny"
    with pytest.raises(SystemExit, match=r"docs/p.md has no place for the table 'u'"):
        filled(page, {"u": "new"}, "p.md")


def test_a_page_is_written_or_compared(tmp_path) -> None:
    page = tmp_path / "page.md"
    with pytest.raises(SystemExit, match=r"/page.md is not what tools/t.py makes: run it"):
        write_page(page, "new", "tools/t.py", ["--check"])
    assert not page.exists()
    write_page(page, "new", "tools/t.py", [])
    write_page(page, "new", "tools/t.py", ["--check"])
    with pytest.raises(SystemExit, match="is not what"):
        write_page(page, "newer", "tools/t.py", ["--check"])
    assert page.read_text() == "new"
