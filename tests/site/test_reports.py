"""Fifty runs over the rooms of the package: the site's Python gives the reports of this one to the letter.

Pyodide runs under Node.js here, with the packages of the built site. What could differ: integers of 32 bits,
another NumPy, another SciPy, probabilities without Qiskit. LDPC codes are decoded in floating point, and the
last digit of an exponential is not the same everywhere: a frame may ask for some bits more or less.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qkdlab import SessionSettings, run_session
from tests.browser.lab import ROOT
from tests.properties.test_whole_space import COMBINATIONS, random_settings
from tests.site.site_page import SITE

SESSIONS, NETWORKS = 42, 8

RUN_SESSIONS = """
import json
from qkdlab import SessionSettings, run_session
def of_sessions(texts):
    return [run_session(SessionSettings.from_json(text)).report() for text in texts]
"""
RUN_NETWORKS = """
from qkdlab.network import Network, chain, knowledge, mesh, pair_report, ring, star
def of_networks(number):
    told = []
    for seed in range(number):
        network = Network((ring(5), chain(4), star(4), mesh(4))[seed % 4], seed=seed)
        network.run(5)
        first, *_, last = [node.name for node in network.topology.nodes]
        key = network.relay(first, last)
        report = str(pair_report(network, first, last))
        told.append("\\n".join([str(key), str(knowledge(key, []).n_bits), report]))
    return told
"""


def drawn_settings() -> list[str]:
    """Settings of sessions, as JSON, from a seed; those that are refused beforehand are left out."""
    rng, drawn = np.random.default_rng(14), []
    while len(drawn) < SESSIONS:
        combination = COMBINATIONS[rng.integers(len(COMBINATIONS))]
        try:
            drawn.append(random_settings(rng, combination).to_json())
        except ValueError:
            continue
    return drawn


def in_the_site(code: str) -> str:
    """What the code leaves in `answer` when the site's Python runs it."""
    node = subprocess.check_output([sys.executable, ROOT / "tools" / "ensure_node.py"], text=True).strip()
    script = Path(__file__).with_name("reports.mjs")
    command = [f"{node}/node", script, SITE / "static" / "pyodide"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    answer: str = json.loads(done.stdout.splitlines()[-1])
    return answer


_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
DECODED = 0.02
"""By so much a number of a session with LDPC codes may differ."""


def same(own: str, seen: str) -> bool:
    """Whether two reports are equal; those with LDPC codes, but for what asking some bits more changes."""
    if own == seen or "LDPC" not in own or _NUMBER.sub("n", own) != _NUMBER.sub("n", seen):
        return own == seen
    here, there = (
        [float(number.replace(",", "")) for number in _NUMBER.findall(text)] for text in (own, seen)
    )
    return here == pytest.approx(there, rel=DECODED)


def test_fifty_reports_are_equal_to_the_letter() -> None:
    texts = drawn_settings()
    code = f"{RUN_SESSIONS}{RUN_NETWORKS}"
    call = f"[*of_sessions(json.loads({json.dumps(texts)!r})), *of_networks({NETWORKS}), np.intp(0).nbytes]"
    *seen, n_bytes = json.loads(in_the_site(f"{code}import numpy as np\nanswer = json.dumps({call})"))
    assert n_bytes == 4, "or this would not be about 32 bits"
    space: dict[str, object] = {}
    exec(code, space)
    own = [run_session(SessionSettings.from_json(text)).report() for text in texts]
    own += space["of_networks"](NETWORKS)  # type: ignore[operator]
    assert len(seen) == len(own) == SESSIONS + NETWORKS
    assert any("secret bits" in report for report in own)
    assert sum(a == b for a, b in zip(own, seen, strict=True)) >= len(own) - 3, "to the letter"
    different = [f"{a}\n--- here ---\n{b}" for a, b in zip(own, seen, strict=True) if not same(a, b)]
    assert not different, f"{len(different)} of {len(own)}:\n" + "\n\n".join(different[:2])
