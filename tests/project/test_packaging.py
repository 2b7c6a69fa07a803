"""The locks, the conda environment and the wheel agree with pyproject.toml."""

import os
import re
import stat
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BUILD = (ROOT / "requirements-build.in").read_text(encoding="utf-8").split()
EXTRAS = PROJECT["optional-dependencies"]


def brought_by(extra: str) -> list[str]:
    """What an extra asks for, with what the extras it builds on ask for."""
    own = f"{PROJECT['name']}["
    return [
        line
        for wanted in EXTRAS[extra]
        for line in (brought_by(wanted.removeprefix(own).rstrip("]")) if wanted.startswith(own) else [wanted])
    ]


LAB = [*PROJECT["dependencies"], *brought_by("lab"), *BUILD]
PEERS = (ROOT / "requirements-peers.in").read_text(encoding="utf-8").split()
LOCKS = {
    "requirements.lock": LAB,
    "requirements-dev.lock": [*LAB, *brought_by("dev")],
    "requirements-peers.lock": [*PROJECT["dependencies"], *brought_by("delivery"), *PEERS],
}


@cache
def pins(lock: str) -> dict[str, list[Requirement]]:
    """The pins of a lock by canonical name: several where versions of Python need versions of their own."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, list[Requirement]] = {}
    for line in text.splitlines():
        requirement = Requirement(line.split(" --hash")[0].strip())
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_direct_dependency_is_pinned_within_its_range(lock: str) -> None:
    for wanted in map(Requirement, LOCKS[lock]):
        pinned = pins(lock)[canonicalize_name(wanted.name)]
        for pin in pinned:
            (only,) = pin.specifier
            assert only.operator == "=="
            assert wanted.specifier.contains(only.version), f"{wanted} but locked {pin}; run `make lock`"


def test_the_kernel_comes_without_a_front_end() -> None:
    # for hubs, VS Code and Colab, which bring their own
    kernel, lab = set(brought_by("kernel")), set(brought_by("lab"))
    assert {Requirement(line).name for line in lab - kernel} == {"jupyterlab", "notebook"}
    assert kernel < lab
    front_ends = {"jupyterlab", "notebook", "jupyter-server", "voila"}
    assert not front_ends & {Requirement(line).name for line in kernel}


@pytest.mark.parametrize("extra", ["", "kernel", "lab", "devices"])
def test_every_range_has_a_floor_that_is_held(extra: str) -> None:
    # `make lowest` installs exactly these; a range without a floor would bring the oldest release there is
    for wanted in map(Requirement, brought_by(extra) if extra else PROJECT["dependencies"]):
        assert [part.operator for part in wanted.specifier].count(">=") == 1, (
            f"{wanted} has no lowest version"
        )


@pytest.mark.parametrize(("name", "fails", "works"), [("qiskit-aer", "0.17.0", "0.17.1")])
def test_versions_that_fail_are_shut_out(name: str, fails: str, works: str) -> None:
    # qiskit-aer 0.17.0 takes dateutil from Qiskit, which has stopped bringing it in 2.2
    (wanted,) = (found for found in map(Requirement, PROJECT["dependencies"]) if found.name == name)
    assert not wanted.specifier.contains(fails)
    assert wanted.specifier.contains(works)


@pytest.mark.parametrize(
    ("name", "version"), [("ipykernel", "6.29.0"), ("ipywidgets", "8.1.0"), ("numpy", "2.1.0")]
)
def test_versions_that_hubs_have_are_allowed(name: str, version: str) -> None:
    (wanted,) = (found for found in map(Requirement, LAB) if found.name == name)
    assert wanted.specifier.contains(version)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    for line in text.replace("\\\n", " ").splitlines():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line


def test_the_smaller_lock_is_part_of_the_larger() -> None:
    small, large = pins("requirements.lock"), pins("requirements-dev.lock")
    assert all({str(pin) for pin in large[name]} == {str(pin) for pin in small[name]} for name in small)


def test_conda_takes_its_versions_from_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    version = (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert conda == [f"python={version}", "pip"]
    assert pip == {"pip": ["-r requirements.lock"]}


def test_make_lowest_leaves_for_later_what_needs_devices() -> None:
    # IBM's package needs a newer Qiskit than we do: with it, the floor of Qiskit would never be tried
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.search(r"^DEVICE_TESTS := (.*)$", makefile, flags=re.M)
    assert named
    imports = re.compile(r"^(import|from) qiskit_ibm_runtime", flags=re.M)
    need = [
        path for path in (ROOT / "tests").rglob("*.py") if imports.search(path.read_text(encoding="utf-8"))
    ]
    assert sorted(named[1].split()) == sorted(path.relative_to(ROOT).as_posix() for path in need)


@pytest.mark.parametrize("script", ["binder/postBuild", ".ci/run"])
def test_scripts_are_executable(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & stat.S_IXUSR
    assert os.access(path, os.X_OK)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel that `pip install .` would install."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["-q", "--no-deps", "--no-build-isolation", "--wheel-dir", folder]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, ROOT], check=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "qkdlab").rglob("*")
        if path.is_file() and path.suffix in {".py", ".js", ".css", ".json", ".typed", ".toml"}
    }
    assert "qkdlab/py.typed" in files
    assert any(name.endswith(".js") for name in files)
    assert files <= set(wheel.namelist())


def test_the_wheel_holds_nothing_but_the_package(wheel: zipfile.ZipFile) -> None:
    version = PROJECT["version"]
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"qkdlab", f"qkdlab-{version}.dist-info", f"qkdlab-{version}.data"}


SHARED = sorted(path for top in ("etc", "share") for path in (ROOT / top).rglob("*") if path.is_file())


@pytest.mark.parametrize("source", [path.relative_to(ROOT).as_posix() for path in SHARED])
def test_the_wheel_brings_what_jupyter_reads(wheel: zipfile.ZipFile, source: str) -> None:
    inside = f"qkdlab-{PROJECT['version']}.data/data/{source}"
    assert wheel.read(inside) == (ROOT / source).read_bytes()
    assert (Path(sys.prefix) / source).read_bytes() == (ROOT / source).read_bytes(), "stale: run `make setup`"
