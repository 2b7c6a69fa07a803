"""Break the package in one place at a time, and see that a test of that room fails: `make mutants`.

The wrong changes are data, `tests/mutants/*.toml`, a file for each room. Every one is made in a copy of the
tree, and the tests that it names are run there. None may survive them, but those marked as equivalent,
whose reason says why nothing is wrong with them; those must survive. In the end each test that failed is run
in the copy as it is: one that fails there too has killed nothing.
"""

from __future__ import annotations

import argparse
import compileall
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LISTS = "tests/mutants"
COPIED = ("qkdlab", "tests", "tools", "notebooks", "benchmarks", "docs", "pyproject.toml")
FIELDS = {"file", "old", "new", "tests", "why"}

PYTEST = ("-x", "-q", "--tb=line", "--assert=plain", "-p", "no:cacheprovider", "--timeout=100")
"""Plain assertions, because to explain how two long keys differ takes longer than to find that they do."""

LOADED = (
    "pytest",
    "numpy",
    "scipy.stats",
    "scipy.optimize",
    "scipy.special",
    "qiskit",
    "qiskit_aer",
    "hypothesis",
    "matplotlib.figure",
    "anywidget",
    "aiohttp.web",
    "cryptography.x509",
    "httpx",
)
"""What takes long to import and no change touches: a server imports it once and forks every run."""

PASSED, FAILED = 0, 1
"""Exit codes of pytest. With any other, the tests were not run: that kills nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """A wrong change.

    Parameters
    ----------
    name
        The room, and the number of the change in its list.
    file
        The file, from the root.
    old, new
        What stands there, once, and what is put in its place.
    tests
        The tests that are to fail, as pytest names them.
    why
        What is wrong with it, in a line.
    equivalent
        Why no test can fail; empty for a change that is wrong.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    why: str
    equivalent: str = ""

    @property
    def room(self) -> str:
        """The room, which is the name of its list."""
        return self.name.partition(":")[0]

    def applied(self, root: Path) -> str:
        """Return the text of the changed file; `ValueError` if it cannot be changed so."""
        path = root / self.file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if (found := text.count(self.old)) != 1:
            raise ValueError(
                f"{self.name}: old must occur once in {self.file}, not {found} times: {self.old!r}"
            )
        changed = text.replace(self.old, self.new)
        if changed == text:
            raise ValueError(f"{self.name}: new must differ from old, got {self.new!r}")
        try:
            compile(changed, self.file, "exec")
        except SyntaxError as error:
            raise ValueError(f"{self.name}: new must be Python in its place, got {self.new!r}") from error
        return changed


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What came of a mutant: the test that failed, whether that is as it should be, and how long it took."""

    mutant: Mutant
    failed: str
    word: str
    good: bool
    seconds: float
    detail: str

    def __str__(self) -> str:
        return f"{self.word:10} {self.seconds:5.1f} s  {self.mutant.name:20} {self.detail}"


def read_mutants(root: Path) -> list[Mutant]:
    """Return all mutants of a tree, room after room.

    Raises
    ------
    ValueError
        If an entry lacks a field, has an empty or an unknown one, or occurs twice.
    """
    mutants: list[Mutant] = []
    for path in sorted((root / LISTS).glob("*.toml")):
        for number, entry in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["mutant"], 1):
            name = f"{path.stem}:{number}"
            if entry.keys() - {"equivalent"} != FIELDS or not all(
                entry[key] for key in entry if key != "new"
            ):
                raise ValueError(f"{name} must have {', '.join(sorted(FIELDS))}, got {sorted(entry)}")
            mutants.append(Mutant(name=name, **entry | {"tests": tuple(entry["tests"])}))
    places = Counter((mutant.file, mutant.old, mutant.new) for mutant in mutants)
    if twice := [mutant.name for mutant in mutants if places[mutant.file, mutant.old, mutant.new] > 1]:
        raise ValueError(f"mutants must be listed once, got {', '.join(twice)} alike")
    return mutants


def choose(mutants: Sequence[Mutant], *, only: Sequence[str], share: float, seed: str) -> list[Mutant]:
    """Return the mutants to run, in the order of the lists.

    Parameters
    ----------
    only
        Rooms, or names of mutants; all if there are none.
    share
        How many of these, 0 … 1, are drawn; at least one.
    seed
        What the draw follows from.
    """
    wanted = [mutant for mutant in mutants if not only or {mutant.room, mutant.name} & set(only)]
    if share >= 1 or not wanted:
        return wanted
    drawn = random.Random(seed).sample(range(len(wanted)), max(1, round(share * len(wanted))))
    return [wanted[place] for place in sorted(drawn)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What came of tests: the exit code, the first that failed, and what was said of it, or the last line."""

    code: int
    failed: str
    said: str


@dataclass(frozen=True, slots=True)
class FirstFailure:
    """A plugin of pytest that keeps the name of the first test that fails."""

    path: Path

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.path.exists():
            self.path.write_text(report.nodeid, encoding="utf-8")


def run_pytest(tree: Path, arguments: Sequence[str], output: Path, failed: Path) -> None:
    """Run pytest in a tree, in a process of its own, and end that with pytest's exit code."""
    import pytest  # noqa: PLC0415  # of the server

    with output.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    for name in [name for name in os.environ if name.startswith(("PYTHON", "PYTEST"))]:
        del os.environ[name]
    os.environ["CI"] = "1"  # hypothesis always draws the same
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.chdir(tree)
    sys.path.insert(0, str(tree))
    sys.exit(int(pytest.main(list(arguments), plugins=[FirstFailure(failed)])))


def run_tests(tree: Path, tests: Sequence[str]) -> Run:
    """Run tests in a tree, up to the first that fails; nothing is written beside the sources."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LOADED))
    output, first = tree.with_name(f"{tree.name}.txt"), tree.with_name(f"{tree.name}-failed.txt")
    first.unlink(missing_ok=True)
    run = context.Process(target=run_pytest, args=(tree, [*PYTEST, *tests], output, first))
    run.start()
    run.join()
    lines = output.read_text(encoding="utf-8").strip().splitlines() or ["no output"]
    told = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    failed = first.read_text(encoding="utf-8") if first.exists() else ""
    assert run.exitcode is not None
    return Run(code=run.exitcode, failed=failed, said=(told or lines[-1:])[0])


@contextmanager
def copied(root: Path) -> Iterator[Path]:
    """Make a copy of what tests need, compiled, in a folder of its own, and take the folder away again."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = Path(folder) / "0"
        tree.mkdir()
        for name in COPIED:
            if (root / name).is_dir():
                shutil.copytree(root / name, tree / name)
                compileall.compile_dir(tree / name, quiet=2)
            elif (root / name).exists():
                shutil.copy2(root / name, tree / name)
        yield tree


@contextmanager
def mutated(tree: Path, mutant: Mutant) -> Iterator[None]:
    """Change one file of a tree, and change it back.

    Compiled files are told from stale ones by time and size, so the change gets a time of its own.
    """
    path = tree / mutant.file
    text, stamp = path.read_bytes(), path.stat().st_mtime
    try:
        path.write_text(mutant.applied(tree), encoding="utf-8")
        os.utime(path, (stamp - 3600, stamp - 3600))
        yield
    finally:
        path.write_bytes(text)
        os.utime(path, (stamp, stamp))


def try_out(tree: Path, mutant: Mutant) -> Verdict:
    """Run a mutant's tests in a tree with the change."""
    start = time.monotonic()
    with mutated(tree, mutant):
        run = run_tests(tree, mutant.tests)
        if run.code not in (PASSED, FAILED):  # is it the change, or the machine?
            run = run_tests(tree, mutant.tests)
    code, detail = run.code, run.said
    if code not in (PASSED, FAILED):
        word, good = "NOT RUN", False
    elif "from pytest-timeout" in detail:  # is it the change, or the machine?
        word, good = "TOO SLOW", False
    elif mutant.equivalent:
        word, good = ("equivalent", True) if code == PASSED else ("DIFFERS", False)
    else:
        word, good = ("SURVIVED", False) if code == PASSED else ("killed", True)
    if code == PASSED:
        detail = f"{mutant.file}: {mutant.equivalent or mutant.why}"
    seconds = time.monotonic() - start
    return Verdict(mutant=mutant, failed=run.failed, word=word, good=good, seconds=seconds, detail=detail)


def shares(tests: Iterable[str], workers: int) -> list[list[str]]:
    """Return tests, each once, those of a file together: at most a list for each worker."""
    files: dict[str, dict[str, None]] = {}
    for test in tests:
        files.setdefault(test.partition("::")[0], {})[test] = None
    groups = list(files.values())
    return [list(chain(*groups[place::workers])) for place in range(min(workers, len(groups)))]


def run_all(root: Path, mutants: Sequence[Mutant], *, workers: int) -> list[Verdict] | None:
    """Try out mutants, printing each verdict; None if a test that failed fails without a change, too."""
    with copied(root) as first, ThreadPoolExecutor(workers) as pool:
        trees = [first, *(shutil.copytree(first, first.with_name(str(place))) for place in range(1, workers))]
        free: SimpleQueue[Path] = SimpleQueue()
        for tree in trees:
            free.put(tree)

        def take(mutant: Mutant) -> Verdict:
            tree = free.get()
            try:
                verdict = try_out(tree, mutant)
            finally:
                free.put(tree)
            print(verdict, flush=True)
            return verdict

        verdicts = list(pool.map(take, mutants))
        start = time.monotonic()
        failed = [verdict.failed for verdict in verdicts if verdict.failed]
        for run in pool.map(run_tests, trees, shares(failed, workers)):
            if run.code != PASSED:
                print(f"without a change the tests do not pass: {run.said}")
                return None
            print(f"without a change {time.monotonic() - start:.1f} s: {run.said}", flush=True)
        return verdicts


def percentage(text: str) -> float:
    """Return the share that "10%" is."""
    share = float(text.removesuffix("%")) / 100
    if not (text.endswith("%") and 0 < share <= 1):
        raise ValueError(f"sample must be a percentage above 0% and up to 100%, got {text!r}")
    return share


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mutants that are asked for; 0 if all is as it should be."""
    parser = argparse.ArgumentParser(description="Run wrong changes against the tests of their rooms.")
    parser.add_argument(
        "--only", action="append", default=[], metavar="ROOM", help="a room, or one: ROOM:NUMBER"
    )
    parser.add_argument(
        "--sample", type=percentage, default=1.0, metavar="10%", help="run a random part of them"
    )
    parser.add_argument("--seed", default="1", help="what the random part follows from; any word")
    parser.add_argument("-j", "--workers", type=int, default=os.cpu_count() or 1, help="how many at a time")
    parser.add_argument("--root", type=Path, default=ROOT, help="the tree; its lists are in tests/mutants")
    options = parser.parse_args(arguments)
    os.environ["OMP_NUM_THREADS"] = "1"  # before the server starts
    start = time.monotonic()
    try:
        listed = read_mutants(options.root)
        for mutant in listed:
            mutant.applied(options.root)
    except ValueError as error:
        print(error)
        return 1
    mutants = choose(listed, only=options.only, share=options.sample, seed=options.seed)
    if not mutants:
        print(f"no mutant of {len(listed)} is in {', '.join(options.only) or LISTS}")
        return 1
    print(f"{len(mutants)} of {len(listed)} mutants, seed {options.seed}", flush=True)
    verdicts = run_all(options.root, mutants, workers=max(1, min(options.workers, len(mutants))))
    if verdicts is None:
        return 1
    bad = [verdict for verdict in verdicts if not verdict.good]
    for verdict in bad:
        mutant = verdict.mutant
        print(f"\n{verdict.word} {mutant.name}, {mutant.file}: {mutant.why}")
        print("\n".join([f"- {mutant.old}", f"+ {mutant.new}", *mutant.tests]))
    words = Counter(verdict.word for verdict in verdicts)
    counts = ", ".join(f"{count} {word}" for word, count in words.items())
    slowest = max(verdicts, key=lambda verdict: verdict.seconds)
    print(f"the longest {slowest.mutant.name}, {slowest.seconds:.1f} s")
    print(f"{counts}; {time.monotonic() - start:.0f} s in all")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
