"""Make the stored sweeps of the gallery again.

    python -m tools.gallery_sweeps             all of them (minutes)
    python -m tools.gallery_sweeps NAME ...    those of these modules of notebooks/gallery/gallery_runs
    python -m tools.gallery_sweeps --processes on all cores

Each goes to notebooks/gallery/data/NAME.csv. A sweep comes out the same wherever it runs.
"""

import argparse
import importlib
import sys
from pathlib import Path

GALLERY = Path(__file__).resolve().parents[1] / "notebooks" / "gallery"
DATA = GALLERY / "data"


def sweeps() -> list[str]:
    """Return the names of the modules that have a sweep to store."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in GALLERY.glob("gallery_runs/*.py")}
    return sorted(name for name, text in sources.items() if "def stored(" in text)


def main() -> int:
    """Run the sweeps that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(sweeps())} (default: all)")
    parser.add_argument("--processes", action="store_true", help="on all cores")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(sweeps()):
        parser.error(f"NAME must be one of {', '.join(sweeps())}, got {min(unknown)!r}")
    sys.path.insert(0, str(GALLERY))
    for name in arguments.names or sweeps():
        module = importlib.import_module(f"gallery_runs.{name}")
        result = module.stored("processes" if arguments.processes else "serial")
        if len(result.failed):
            raise SystemExit(f"{name}: {next(iter(result.failed))['error']}")
        result.to_csv(DATA / f"{name}.csv")
        print(f"{name}: {len(result):,} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
