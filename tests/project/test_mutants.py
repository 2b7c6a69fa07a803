"""The list of wrong changes fits the package, and the runner tells a killed one from one that survives."""

from pathlib import Path

import pytest

from tools import mutants
from tools.mutants import LISTS, ROOT, Mutant, choose, main, read_mutants

LISTED = read_mutants(ROOT)


@pytest.mark.parametrize("mutant", LISTED, ids=lambda mutant: mutant.name)
def test_every_mutant_still_has_its_place_and_its_tests(mutant) -> None:
    # when code is changed its mutants go with it: a list that fits no more would test nothing
    assert mutant.applied(ROOT)
    assert "\n" not in mutant.why
    for node in mutant.tests:
        path, _, name = node.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert f"def {name.partition('[')[0]}(" in text if name else "def test_" in text


def test_there_are_enough_of_them_in_every_room() -> None:
    assert len(LISTED) >= 120
    assert len({mutant.room for mutant in LISTED}) >= 10
    assert len({mutant.why for mutant in LISTED}) == len(LISTED)


CODE = '''
def charged(alice: int, bob: int) -> int:
    """Return what counts against the key."""
    unused = 0
    return alice + bob
'''
TESTS = """
from qkdlab.leak import charged


def test_charged() -> None:
    assert charged(2, 3) == 5


def test_nothing() -> None:
    assert charged(0, 0) == 0
"""
PARAMETRIZED = """@__import__("pytest").mark.parametrize("total", [5], ids=["2 - a::b"])
def test_charged(total: int) -> None:"""
GOOD = {"old": "alice + bob", "new": "alice", "tests": ["tests/test_leak.py"], "why": "Bob's bits are free"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small package with a test."""
    for name, text in {
        "qkdlab/__init__.py": "",
        "qkdlab/leak.py": CODE,
        "tests/test_leak.py": TESTS,
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n'
        'addopts = ["--disable-plugin-autoload", "-p", "timeout"]\n',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(tree: Path, *entries: dict, options: tuple[str, ...] = ()) -> int:
    lines = []
    for entry in entries:
        lines.append("[[mutant]]\nfile = 'qkdlab/leak.py'")
        lines += [f"{key} = {value!r}" for key, value in entry.items()]
    (tree / LISTS).mkdir(exist_ok=True)
    (tree / LISTS / "leak.toml").write_text("\n".join(lines), encoding="utf-8")
    return main(["--root", str(tree), "-j", "1", *options])


def test_a_mutant_that_a_test_stops_is_killed(tree, capsys) -> None:
    assert run(tree, GOOD) == 0
    said = capsys.readouterr().out
    assert "1 of 1 mutants" in said
    assert "without a change" in said
    assert "FAILED tests/test_leak.py::test_charged" in said
    assert "1 killed;" in said


def test_the_tree_itself_is_never_changed(tree) -> None:
    before = {path: path.stat().st_mtime_ns for path in sorted(tree.rglob("*.py"))}
    run(tree, GOOD)
    assert {path: path.stat().st_mtime_ns for path in sorted(tree.rglob("*.py"))} == before
    assert (tree / "qkdlab/leak.py").read_text(encoding="utf-8") == CODE
    assert not list(tree.rglob("__pycache__"))


def test_a_survivor_is_named_with_its_reason(tree, capsys) -> None:
    survivor = GOOD | {"tests": ["tests/test_leak.py::test_nothing"]}
    assert run(tree, GOOD | {"new": "bob"}, survivor, options=("-j", "2")) == 1
    said = capsys.readouterr().out
    assert "SURVIVED leak:2, qkdlab/leak.py: Bob's bits are free" in said
    assert "- alice + bob\n+ alice\ntests/test_leak.py::test_nothing" in said
    assert "1 killed, 1 SURVIVED;" in said


def test_an_equivalent_one_must_survive(tree, capsys) -> None:
    same = {"old": "alice + bob", "new": "bob + alice", "equivalent": "sums commute"}
    assert run(tree, GOOD | same) == 0
    assert "1 equivalent;" in capsys.readouterr().out
    assert run(tree, GOOD | {"equivalent": "so it was thought"}) == 1
    assert "DIFFERS leak:1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"old": "alice - bob"}, "leak:1: old must occur once in qkdlab/leak.py, not 0 times: 'alice - bob'"),
        ({"old": "alice"}, "leak:1: old must occur once in qkdlab/leak.py, not 2 times: 'alice'"),
        ({"new": "alice + bob"}, "leak:1: new must differ from old"),
        ({"new": "alice +"}, "leak:1: new must be Python in its place"),
        ({"why": ""}, "leak:1 must have file, new, old, tests, why"),
        ({"reason": "?"}, "leak:1 must have file, new, old, tests, why"),
    ],
)
def test_a_list_that_does_not_fit_is_refused(tree, change, words, capsys) -> None:
    assert run(tree, GOOD | change) == 1
    assert words in capsys.readouterr().out


def test_the_same_change_is_not_counted_twice(tree, capsys) -> None:
    assert run(tree, GOOD, GOOD) == 1
    assert "mutants must be listed once, got leak:1, leak:2 alike" in capsys.readouterr().out


@pytest.mark.parametrize("tests", [["tests/test_leak.py::test_charge"], ["tests/test_lost.py"]])
def test_tests_that_are_not_there_kill_nothing(tree, tests, capsys) -> None:
    assert run(tree, GOOD | {"tests": tests}) == 1
    assert "NOT RUN leak:1" in capsys.readouterr().out


def test_tests_that_cannot_be_collected_kill_nothing(tree, capsys) -> None:
    (tree / "tests/test_leak.py").write_text(f"{TESTS}\nif charged(1, 1) != 2:\n    raise ValueError('no')\n")
    assert run(tree, GOOD) == 1
    assert "NOT RUN leak:1" in capsys.readouterr().out


def test_tests_that_fail_without_a_change_kill_nothing(tree, capsys) -> None:
    (tree / "tests/test_leak.py").write_text(TESTS.replace("== 5", "== 6"))
    assert run(tree, GOOD) == 1
    said = capsys.readouterr().out
    assert "without a change the tests do not pass: FAILED tests/test_leak.py::test_charged" in said
    assert "1 killed;" not in said


def test_each_test_that_failed_is_run_without_the_change(tree, capsys) -> None:
    # would catch: only the first mutant's tests looked at, or names with brackets lost
    tests = TESTS.replace("def test_charged() -> None:", PARAMETRIZED).replace("== 5", "== total")
    (tree / "tests/test_leak.py").write_text(tests)
    assert run(tree, GOOD, GOOD | {"new": "bob"}, options=("-j", "2")) == 0
    said = capsys.readouterr().out
    assert "test_charged[2 - a::b]" in said
    assert "without a change" in said
    assert "1 passed" in said
    (tree / "tests/test_leak.py").write_text(tests.replace("[5]", "[6]"))
    assert run(tree, GOOD, GOOD | {"new": "bob"}) == 1
    assert "without a change the tests do not pass" in capsys.readouterr().out


def test_a_test_that_takes_too_long_kills_nothing(tree, capsys, monkeypatch) -> None:
    # on a busy machine it might be the machine
    monkeypatch.setattr(mutants, "PYTEST", (*mutants.PYTEST[:-1], "--timeout=2"))
    assert run(tree, GOOD | {"new": "sum(1 for _ in iter(int, 1))"}) == 1
    assert "TOO SLOW leak:1" in capsys.readouterr().out


def listed(n: int) -> list[Mutant]:
    return [
        Mutant(name=f"room{i % 2}:{i}", file="a.py", old="a", new="b", tests=("t",), why="?")
        for i in range(n)
    ]


def test_workers_share_the_tests_and_leave_none_out() -> None:
    # would catch: an empty share, with which pytest would run all there is
    wanted = [f"t{i}.py::x" for i in range(3)] + [f"t{i}.py" for i in range(5)]
    for workers in (1, 2, 4, 9):
        found = mutants.shares([*wanted, *wanted], workers)
        assert all(found)
        assert sorted(test for share in found for test in share) == sorted(wanted)
        files = [{test.partition("::")[0] for test in share} for share in found]
        assert sum(map(len, files)) == len(set.union(*files))


def test_a_tenth_is_drawn_by_its_seed() -> None:
    # would catch: always the first tenth, or a draw that differs from machine to machine
    all_, drawn = listed(200), {}
    for seed in map(str, range(40)):
        drawn[seed] = choose(all_, only=(), share=0.1, seed=seed)
        assert drawn[seed] == choose(all_, only=(), share=0.1, seed=seed)
        assert len(drawn[seed]) == len({mutant.name for mutant in drawn[seed]}) == 20
        assert sorted(drawn[seed], key=all_.index) == drawn[seed]
    assert len({mutant.name for some in drawn.values() for mutant in some}) > 180
    assert len(choose(all_[:3], only=(), share=0.1, seed="1")) == 1


def test_one_room_or_one_mutant_alone(tree, capsys) -> None:
    assert [mutant.name for mutant in choose(listed(6), only=["room1"], share=1, seed="1")] == [
        "room1:1",
        "room1:3",
        "room1:5",
    ]
    assert [mutant.name for mutant in choose(listed(6), only=["room0:4"], share=1, seed="1")] == ["room0:4"]
    assert run(tree, GOOD, options=("--only", "tags")) == 1
    assert "no mutant of 1 is in tags" in capsys.readouterr().out


@pytest.mark.parametrize("share", ["0%", "101%", "0.1", "some"])
def test_a_sample_is_a_percentage(share, tree, capsys) -> None:
    with pytest.raises(SystemExit):
        run(tree, GOOD, options=("--sample", share))
    assert "--sample" in capsys.readouterr().err
