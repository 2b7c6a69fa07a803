"""Print the path of a Chromium that runs on this machine; install one if there is none.

Order: $CHROME; a Chromium or Chrome on PATH; Debian's package, if we are root; Playwright's own build.
Progress goes to standard error, so that ``CHROME=$(python tools/ensure_chromium.py)`` gets the path only.
Exit status 1, with the reasons, if no browser could be had: the browser tests are never skipped.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TRIALS: list[str] = []  # what was tried, for the error message


def runs(path: str | None) -> bool:
    """Tell whether `path` is a browser that starts (a distribution's stub for a snap does not)."""
    if not path:
        return False
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        TRIALS.append(f"{path}: {error}")
        return False
    if done.returncode != 0:
        TRIALS.append(f"{path} --version: exit status {done.returncode}")
    return done.returncode == 0


def on_path() -> str | None:
    """Return the first browser on PATH that runs."""
    return next((path for path in map(shutil.which, NAMES) if runs(path)), None)


def attempt(*command: str) -> bool:
    """Run an installing command, its output on standard error."""
    print("+", *command, file=sys.stderr)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    status = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=env)
    if status != 0:
        TRIALS.append(f"{' '.join(command)}: exit status {status}")
    return status == 0


def from_apt() -> str | None:
    """Install the distribution's package; it brings fonts and libraries with it."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        TRIALS.append("apt-get: not root, or not Debian or Ubuntu")
        return None
    if attempt("apt-get", "update", "-q") and attempt("apt-get", "install", "-q", "-y", "chromium"):
        return on_path()
    return None


def from_playwright() -> str | None:
    """Install the build that the Playwright in this environment expects."""
    if not attempt(sys.executable, "-m", "playwright", "install", "chromium"):
        return None
    ask = "from playwright.sync_api import *\nwith sync_playwright() as p: print(p.chromium.executable_path)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    path = done.stdout.strip()
    return path if runs(path) else None


def find() -> str:
    """Return the path of a usable browser, or end the program with the reasons."""
    chosen = os.environ.get("CHROME")
    if chosen:
        path = shutil.which(chosen)
        if path and runs(path):
            return path
        sys.exit(f"CHROME={chosen} does not start a browser.\n" + "\n".join(TRIALS))
    path = on_path() or from_apt() or from_playwright()
    if path is None:
        tried = "\n  ".join(TRIALS)
        sys.exit(
            f"No Chromium for the browser tests: install one, or set CHROME to its path. Tried:\n  {tried}"
        )
    return path


if __name__ == "__main__":
    print(find())
