"""python -m tools.site --pyodide FOLDER --wheels FOLDER --node FOLDER [--output FOLDER]."""

import argparse
from pathlib import Path

from .build import build

parser = argparse.ArgumentParser(description="Build the laboratory as a page.")
parser.add_argument("--pyodide", type=Path, required=True, help="an unpacked Pyodide distribution")
parser.add_argument("--wheels", type=Path, required=True, help="the pure wheels of browser.lock")
parser.add_argument("--node", type=Path, required=True, help="the folder of a node")
parser.add_argument("--output", type=Path, default=Path(".artifacts/site"))
given = parser.parse_args()
build(given.pyodide, given.wheels, given.output.resolve(), given.node / "node")
