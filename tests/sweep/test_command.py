"""``python -m qkdlab.sweep``: what is swept, said as text, and how it ends."""

import sys

import pytest

from qkdlab import IDEAL_LINK, InterceptResend, SessionSettings
from qkdlab.network import Demand, KeyPlan, ring
from qkdlab.sweep import NetworkHours, SweepResult
from qkdlab.sweep.__main__ import DONE, LOST, MISUSED, SOME_FAILED, STOPPED, main
from qkdlab.sweep.files import sweep_folder
from qkdlab.sweep.points.over_texts import over_of
from tests.network.classroom import CLASSROOM

SETTINGS = SessionSettings(
    n_pulses=2_000, link=IDEAL_LINK, eavesdropper=InterceptResend(), security="asymptotic", seed=1
)
OVER = ["--over", "eavesdropper.fraction=0,0.5,1", "--over", "link.length_km=0:10:5", "--quiet"]


@pytest.fixture
def scenario(tmp_path) -> str:
    """The file that a panel would have saved."""
    path = tmp_path / "scenario.json"
    path.write_text(SETTINGS.to_json(), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=0:0.3:0.1", [0.0, 0.1, 0.2, 0.3]),  # not 0.30000000000000004
        ("a=0:100:30", [0, 30, 60, 90]),
        ("a=1e4:1e4:1", [10_000]),
        ("a=null,0.5,ldpc,true", [None, 0.5, "ldpc", True]),
        ("a=a:b:c", ["a:b:c"]),
        ('a=[null, {"type": "InterceptResend", "fraction": 0.5}]', [None, InterceptResend(fraction=0.5)]),
        ("a=[[0.9, 0.5]]", [(0.9, 0.5)]),
    ],
)
def test_values_as_text(text, values) -> None:
    found = over_of([text])["a"]
    assert found == values
    assert [type(one) for one in found] == [type(one) for one in values]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["a"], "over must be NAME=VALUES, got 'a'"),
        (["=1"], "over must be NAME=VALUES"),
        (["a="], "over must be NAME=VALUES"),
        (["a=1", "a=2"], "over must have each name once, got 'a' twice"),
        (["a=1:0:1"], "a must be LOW:HIGH:STEP with a step above 0"),
        (["a=0:1:0"], "a must be LOW:HIGH:STEP with a step above 0"),
        (["a=0:inf:1"], "a must be LOW:HIGH:STEP"),
        (["a=0:1:1e-9"], "a must have at most 1000000 values"),
        (["a=[1, 2"], "a must be a list of JSON"),
        (['a=[{"type": "Spy"}]'], "a.type must be one of"),
    ],
)
def test_texts_that_say_none(texts, words) -> None:
    with pytest.raises(ValueError, match=words):
        over_of(texts)


def test_the_command_and_the_same_command_again(scenario, tmp_path, capsys) -> None:
    out = str(tmp_path / "rates")
    arguments = [scenario, *OVER, "--seeds", "2", "--out", out]
    assert main(arguments) == DONE
    assert capsys.readouterr().out == f"18 rows in {out}, 0 of them with an error\n"
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "rates").glob("rows.*")}
    assert main(arguments) == DONE
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "rates").glob("rows.*")} == before
    result = SweepResult.read(out)
    assert set(result.column("link.length_km")) == {0, 5, 10}


def test_hours_of_a_network(tmp_path, capsys) -> None:
    plan = KeyPlan(session=CLASSROOM)
    hours = NetworkHours(
        topology=ring(4, link=IDEAL_LINK, pulse_rate_hz=20_000),
        demands=(Demand(a="A", b="C"),),
        duration_seconds=600.0,
        plan=plan,
        seed=1,
    )
    (tmp_path / "hours.json").write_text(hours.to_json(), encoding="utf-8")
    arguments = [str(tmp_path / "hours.json"), "--over", "demands.*.interval_seconds=1,10"]
    assert main([*arguments, "--quiet", "--out", str(tmp_path / "out")]) == DONE
    assert set(SweepResult.read(tmp_path / "out").column("demands_served")) == {1}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--over", "link.length=1"], "close: 'link.length_km'"),
        (["--over", "link.length_km=-5"], "link.length_km: length_km must lie between"),
        (["--over", "protocol"], "over must be NAME=VALUES"),
        (["--seeds", "0"], "seeds must be at least 1"),
        (["--what", "network"], "settings must be NetworkHours"),
        (["--what", "expected_key", "--seeds", "2"], "seeds must be 1"),
    ],
)
def test_what_is_refused(scenario, tmp_path, capsys, arguments, words) -> None:
    assert main([scenario, *arguments, "--quiet", "--out", str(tmp_path / "out")]) == MISUSED
    assert words in capsys.readouterr().err
    assert not list((tmp_path / "out").glob("part-*"))


def test_scenarios_that_are_none(tmp_path, capsys) -> None:
    (tmp_path / "broken.json").write_text("{")
    for name, words in (("broken.json", "must be JSON"), ("missing.json", "must be a file that can be read")):
        assert main([str(tmp_path / name), "--out", str(tmp_path / "out")]) == MISUSED
        assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--workers", "0"],
        ["--workers", "2", "--executor", "serial"],
        ["--workers", "2", "--scheduler", "tcp://127.0.0.1:1"],
        ["--executor", "threads"],
    ],
)
def test_options_that_do_not_go_together(scenario, arguments, tmp_path, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main([scenario, "--out", str(tmp_path / "out"), *arguments])
    assert caught.value.code == MISUSED


def test_runs_that_fail_are_told(scenario, tmp_path, capsys) -> None:
    # six-state counts are expected, those of B92 are not
    arguments = [scenario, "--over", "protocol=six-state,B92", "--what", "expected_key", "--quiet"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == SOME_FAILED
    out = capsys.readouterr().out
    assert out.startswith("2 rows")
    assert out.endswith("1 of them with an error\n")
    (row,) = SweepResult.read(tmp_path / "out").failed
    assert row["error"].startswith("ValueError: protocol must be one of")


def test_how_it_ends_when_it_does_not(scenario, tmp_path, capsys, monkeypatch) -> None:
    arguments = [scenario, *OVER, "--out", str(tmp_path / "out")]
    for error, status in ((KeyboardInterrupt(), STOPPED), (OSError(28, "No space left on device"), LOST)):
        with monkeypatch.context() as patch:
            patch.setattr(
                sweep_folder.SweepFolder, "write", lambda *_, error=error: (_ for _ in ()).throw(error)
            )
            assert main(arguments) == status
        assert capsys.readouterr().err.startswith("python -m qkdlab.sweep: ")
    assert main(arguments) == DONE


def test_a_scheduler_without_dask_names_the_extra(scenario, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    arguments = [scenario, "--scheduler", "tcp://127.0.0.1:1", "--out", str(tmp_path / "out")]
    assert main(arguments) == MISUSED
    assert 'pip install "qkdlab[sweep]"' in capsys.readouterr().err
