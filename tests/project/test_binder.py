"""Binder builds what we think it builds, and in that environment notebook 00 gives the outputs we have saved.

Binder builds a container, and these tests must run without one. So the two halves are tested apart: which
steps repo2docker derives from binder/ (its own code, without Docker), and what those steps install. That is
tried with the Python that runs the tests: on Binder the version in runtime.txt comes from conda, and cannot
be forced here. The lock holds for both.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.save_notebooks import read

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = Path("notebooks", "00_start.ipynb")
EXTENSION = "share/jupyter/labextensions/qkdlab/package.json"
MINUTES = 60


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the files that git knows or would add: nothing built, no environment."""
    folder = tmp_path_factory.mktemp("binder") / "repo"
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.check_output(command, cwd=ROOT, text=True)
    for name in filter(None, listed.split("\0")):
        if (source := ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
            target.chmod(source.stat().st_mode)
    return folder


@pytest.fixture(scope="module")
def dockerfile(checkout: Path) -> str:
    """What repo2docker would hand to Docker."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug"]
    command += ["--user-id", "1000", "--user-name", "jovyan", str(checkout)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_repo2docker_takes_python_from_runtime_txt(dockerfile: str) -> None:
    assert "Building conda environment for python=3.12" in dockerfile
    assert "environment-2epy-2d3-2e12" in dockerfile  # its own frozen environment for that Python


def test_repo2docker_installs_the_lock_and_then_the_package(dockerfile: str) -> None:
    steps = [
        "COPY --chown=1000:1000 src/ ${REPO_DIR}/",  # first: the lock is outside binder/
        '${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r "binder/requirements.txt"',
        "RUN ./binder/postBuild",
    ]
    places = [dockerfile.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)
    assert "environment.yml" not in dockerfile  # that file is for conda users; binder/ wins


def run(command: list[str | Path], folder: Path, environment: dict[str, str]) -> None:
    """Run one step; fail with what it printed."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"


def texts(notebook: Any) -> list[list[str]]:
    """The text outputs of each code cell that is not exempt from comparison."""
    return [
        [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code" and "nbval-ignore-output" not in cell.metadata.get("tags", [])
    ]


@pytest.mark.binder
@pytest.mark.timeout(20 * MINUTES)
def test_notebook_00_runs_in_what_binder_installs(checkout: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    bin_folder = prefix / "bin"
    dropped = ("PYTHON", "VIRTUAL_ENV", "JUPYTER", "IPYTHON")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    environment["PATH"] = f"{bin_folder}{os.pathsep}{environment['PATH']}"
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        environment[name] = str(tmp_path / name)

    run([sys.executable, "-m", "virtualenv", "-q", prefix], checkout, environment)
    run([bin_folder / "pip", "install", "-q", "-r", "binder/requirements.txt"], checkout, environment)
    run(["binder/postBuild"], checkout, environment)
    run([bin_folder / "pip", "check"], checkout, environment)
    for settings in (
        "etc/jupyter/labconfig/default_setting_overrides.json",
        "share/jupyter/labextensions/qkdlab/package.json",
    ):
        assert (prefix / settings).read_bytes() == (ROOT / settings).read_bytes()

    # Away from the checkout, so that the installed package is the one that is imported.
    work = tmp_path / "work"
    work.mkdir()
    (work / NOTEBOOK.name).write_bytes((checkout / NOTEBOOK).read_bytes())
    convert = ["jupyter", "nbconvert", "--to", "notebook", "--execute", "--output", "executed", NOTEBOOK.name]
    run([bin_folder / convert[0], *convert[1:]], work, environment)
    executed = read(work / "executed.ipynb")
    assert texts(executed) == texts(read(ROOT / NOTEBOOK))
