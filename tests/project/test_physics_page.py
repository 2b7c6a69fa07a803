"""The tables of docs/physics.md are what the simulation gives, and no row is off by more than 5σ."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.physics_rows import compared

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(1_200)  # seconds: every table is made anew
def test_tables_are_up_to_date() -> None:
    command = [sys.executable, "-m", "tools.physics_tables", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_row_too_far_off_is_refused() -> None:
    assert compared(251, 1000, 0.25) == "25.100 % | 25.000 % | +0.1σ"
    with pytest.raises(SystemExit, match="5.1σ"):
        compared(320, 1000, 0.25)
    with pytest.raises(SystemExit):
        compared(1, 1000, 0.0)
