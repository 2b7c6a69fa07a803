"""Rows of a sweep are those of single runs, on every executor, in every order."""

import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, InterceptResend, SessionSettings, expected_key, optimise, run_session
from qkdlab.errors import WorkersLost
from qkdlab.network import Demand, Incident, KeyPlan, ring, simulate
from qkdlab.sweep import NetworkHours, SweepResult, sweep
from qkdlab.sweep import executors as executors_module
from qkdlab.sweep.kinds import KINDS
from qkdlab.sweep.points.dotted import replaced
from tests.network.classroom import CLASSROOM
from tests.sweep.counted import Toy, run, runs

SETTINGS = SessionSettings(
    n_pulses=4_000, link=IDEAL_LINK, eavesdropper=InterceptResend(), security="asymptotic", seed=1
)
OVER = {"eavesdropper.fraction": [0, 0.2, 1], "link.length_km": [0, 10]}
HOUR = NetworkHours(
    topology=ring(4, link=IDEAL_LINK, pulse_rate_hz=20_000),
    demands=(Demand(a="A", b="C", interval_seconds=10.0),),
    plan=KeyPlan(session=CLASSROOM),
    seed=1,
)


# ---- what a row says -------------------------------------------------------------------------------------


def test_a_row_of_a_session_is_what_the_session_says() -> None:
    result = sweep(SETTINGS, OVER, seeds=2, progress=False)
    assert len(result) == 12
    for row in result:
        changes = {name: row[name] for name in OVER} | {"seed": row["seed"]}
        alone = run_session(replaced(SETTINGS, changes))
        estimate = alone.distillation.estimate
        assert (row["qber"], row["qber_low"], row["qber_high"]) == (
            (estimate.qber, estimate.lower, estimate.upper) if estimate else (None, None, None)
        )
        assert (row["sifted_bits"], row["key_length"]) == (alone.distillation.n_sifted, alone.key_length)
        assert row["secret_bits_per_pulse"] == alone.key_length / 4_000
        assert row["reason"] == (str(alone.reason) if alone.reason else None)
        assert row["eve_guess_rate"] == alone.eve.true_guess_rate
        assert row["error"] is None
    assert {row["accepted"] for row in result} == {True, False}


def test_rows_of_theory_are_what_theory_says() -> None:
    (row,) = sweep(SETTINGS, {"link.length_km": [10]}, what="expected_key", progress=False)
    expected = expected_key(replaced(SETTINGS, {"link.length_km": 10}))
    assert (row["key_length"], row["balance_bits"], row["qber"]) == (
        expected.key_length,
        expected.balance,
        expected.qber,
    )
    finite = replace(SETTINGS, security="finite", n_pulses=10**6)
    (row,) = sweep(finite, {"link.length_km": [10]}, what="optimum", progress=False)
    best = optimise(replaced(finite, {"link.length_km": 10}))
    assert row["key_length"] == best.key_length > 0
    assert row["best_sample_fraction"] == best.settings.sample_fraction


def test_a_row_of_a_network_is_what_the_simulation_says() -> None:
    cut = (Incident(at_seconds=60.0, what="cut", where=("A", "B")),)
    over = {"incidents": {"calm": (), "cut": cut}, "demands.0.interval_seconds": [10, 1]}
    result = sweep(HOUR, over, progress=False)
    for row in result:
        demand = Demand(a="A", b="C", interval_seconds=row["demands.0.interval_seconds"])
        incidents = cut if row["incidents"] == "cut" else ()
        alone = simulate(
            HOUR.topology, [demand], seconds=3600.0, seed=row["seed"], incidents=incidents, session=CLASSROOM
        )
        assert row["keys_served"] == alone.served[-1].sum()
        assert row["served_bits_per_second"] == pytest.approx(alone.rates.sum())
    assert result.where({"incidents": "cut", "demands.0.interval_seconds": 1}).rows[0]["keys_failed"] > 0


@pytest.mark.parametrize("name", KINDS)
def test_the_columns_of_a_kind_are_those_that_its_runs_say(name) -> None:
    # would catch: a column that is worked out and dropped, or one that is always empty
    settings = HOUR if name == "network" else SETTINGS
    assert tuple(KINDS[name].run(settings)) == KINDS[name].columns


def test_a_run_of_somebodys_own() -> None:
    (row, _) = sweep(Toy(), {"x": [3, 4]}, what=run, progress=False)
    assert (row["double"], row["odd"], row["word"]) == (6, True, "a, b")


def test_a_failed_run_is_a_row_with_its_error() -> None:
    result = sweep(Toy(), {"x": [12, 13, 14]}, what=run, progress=False)
    assert [row["error"] for row in result] == [None, "ValueError: unlucky", None]
    assert result.columns[-2:] == ("error", "seconds")
    assert [row["x"] for row in result.failed] == [13]
    assert np.isnan(result.column("drawn")[1])


@pytest.mark.parametrize("returned", [5, {"a": [1]}, {"x": 1}, {"seed": 1}])
def test_what_a_row_cannot_say_is_its_error(returned) -> None:
    (row,) = sweep(Toy(), {"x": [1]}, what=lambda settings: returned, progress=False)
    assert row["error"].startswith(("TypeError", "ValueError"))


# ---- executors -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def serial(tmp_path_factory) -> bytes:
    """The rows of the sweep as a plain loop gives them."""
    path = tmp_path_factory.mktemp("serial") / "rows.csv"
    sweep(SETTINGS, OVER, seeds=3, progress=False).to_csv(path)
    return path.read_bytes()


@pytest.mark.parametrize("batch_seconds", [0.0, 0.05, 60.0])
def test_batches_change_nothing(batch_seconds, serial, tmp_path) -> None:
    # would catch: a seed or a row that depends on the batch it is in
    result = sweep(SETTINGS, OVER, seeds=3, progress=False, batch_seconds=batch_seconds)
    result.to_csv(tmp_path / "rows.csv")
    assert (tmp_path / "rows.csv").read_bytes() == serial


def test_what_a_slow_batch_leaves_is_run_in_another() -> None:
    # would catch: rows that are lost where runs are slower than those before them
    over = {"takes": [0.0, 0.02], "x": range(14, 34)}
    result = sweep(Toy(), over, what=run, progress=False, batch_seconds=0.05)
    assert [row["x"] for row in result] == [*range(14, 34), *range(14, 34)]


@pytest.mark.parametrize("name", ["threads", "processes", "pool"])
def test_the_same_rows_wherever_they_run(name, serial, tmp_path) -> None:
    pools = {
        "threads": lambda: ThreadPoolExecutor(3),
        "processes": lambda: "processes",
        "pool": lambda: ProcessPoolExecutor(1, mp_context=get_context("spawn")),
    }
    executor = pools[name]()
    sweep(SETTINGS, OVER, seeds=3, executor=executor, n_workers=2, progress=False, batch_seconds=0.1).to_csv(
        tmp_path / "rows.csv"
    )
    assert (tmp_path / "rows.csv").read_bytes() == serial
    if executor != "processes":  # it is not ours to end
        assert executor.submit(int, "5").result() == 5
        executor.shutdown()


@pytest.mark.long
def test_a_killed_process_costs_no_row_and_no_row_comes_twice(tmp_path) -> None:
    log, kills = tmp_path / "runs", tmp_path / "killed"
    toy = Toy(log=str(log), kills=str(kills), takes=0.01)
    two = {"executor": "processes", "n_workers": 2, "batch_seconds": 0.05}
    result = sweep(toy, {"x": range(14, 54)}, what=run, progress=False, **two)
    assert kills.exists()
    assert [row["x"] for row in result] == list(range(14, 54))
    assert not len(result.failed)
    assert set(runs(log)) == {f"{row['x']} {row['seed']}" for row in result}


@pytest.mark.long
def test_a_run_that_kills_every_process_ends_the_sweep(tmp_path) -> None:
    # would catch: new processes for ever
    with pytest.raises(WorkersLost, match="the same sweep goes on"):
        sweep(Toy(), {"x": [1]}, what=deadly, executor="processes", n_workers=1, progress=False)


def deadly(toy: Toy) -> dict[str, object]:
    os.kill(os.getpid(), 9)
    return {"x": toy.x}


def test_a_pool_that_is_broken_is_said_to_be(tmp_path) -> None:
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.raises(WorkersLost, match="BrokenProcessPool"),
    ):
        sweep(Toy(kills=str(tmp_path / "killed")), {"x": [1]}, what=run, executor=pool, progress=False)


def test_what_cannot_be_sent_is_said_to_be() -> None:
    with pytest.raises(WorkersLost, match="pickle"):
        sweep(Toy(), {"x": [1]}, what=lambda toy: {}, executor="processes", n_workers=1, progress=False)


@pytest.mark.parametrize("executor", ["threads", 5, None])
def test_executors_that_are_none(executor) -> None:
    with pytest.raises(ValueError, match="must be 'serial', 'processes', an executor or a Dask client"):
        sweep(Toy(), {"x": [1]}, what=run, executor=executor, progress=False)


def test_a_browser_has_no_processes(monkeypatch) -> None:
    monkeypatch.setattr(executors_module.sys, "platform", "emscripten")
    with pytest.raises(ValueError, match="must be 'serial' in a browser"):
        sweep(Toy(), {"x": [1]}, what=run, executor="processes", progress=False)
    assert len(sweep(Toy(), {"x": [1]}, what=run, progress=False)) == 1


@pytest.mark.parametrize(
    ("settings", "what", "words"),
    [
        (5, None, "settings must be a frozen dataclass, got 5"),
        (HOUR, "session", "settings must be SessionSettings for 'session'"),
        (SETTINGS, "network", "settings must be NetworkHours for 'network'"),
        (SETTINGS, "sessions", "what must be one of 'session', 'expected_key', 'optimum', 'network'"),
    ],
    ids=["number", "network", "session", "name"],
)
def test_kinds_that_do_not_fit(settings, what, words) -> None:
    with pytest.raises(ValueError, match=words):
        sweep(settings, {}, what=what, progress=False)


# ---- results ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seedless:
    x: int = 1


def test_settings_without_a_seed_and_a_sweep_over_nothing() -> None:
    (row,) = sweep(Seedless(), {}, what=lambda settings: {"y": settings.x}, progress=False)
    assert (row["y"], row["repetition"], row["error"]) == (1, 0, None)


def test_columns_are_arrays_of_one_kind() -> None:
    result = sweep(Toy(), {"x": [0, 1], "takes": [0, 0.001]}, what=run, progress=False)
    kinds = {name: result.column(name).dtype.kind for name in result.columns}
    assert kinds == {
        **{"x": "i", "takes": "f", "repetition": "i", "seed": "i", "double": "i", "drawn": "f"},
        **{"odd": "b", "word": "O", "error": "O", "seconds": "f"},
    }
    with pytest.raises(ValueError, match="read-only"):
        result.column("x")[0] = 5
    with pytest.raises(ValueError, match="name must be one of x, takes, repetition"):
        result.column("y")


def test_results_add_and_each_run_counts_once() -> None:
    first = sweep(Toy(), {"x": [1, 2]}, what=run, seeds=2, progress=False)
    second = sweep(Toy(), {"x": [2, 3]}, what=run, seeds=[1, 2], progress=False)
    both = first + second
    found = sorted((row["x"], row["repetition"]) for row in both)
    assert found == [(1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (3, 1), (3, 2)]
    assert len(both + both) == len(both)


def test_what_is_no_number_is_none() -> None:
    # before: NaN, which made two ways of one run when results were added
    result = sweep(Toy(), {"x": [1]}, what=lambda _: {"y": np.float64("nan")}, progress=False)
    assert result.rows[0]["y"] is None
    assert len(result + result) == 1


def test_an_error_gives_way_to_a_row_without() -> None:
    good = {"x": 1, "repetition": 0, "seed": 5, "y": 2, "error": None}
    bad = good | {"y": None, "error": "OSError: disk full"}
    for rows in ((good, bad), (bad, good)):
        first, second = (SweepResult([row], swept=("x",)) for row in rows)
        assert (first + second).rows == (good,)


def test_results_that_cannot_be_added() -> None:
    one = SweepResult([{"x": 1, "repetition": 0, "seed": 5, "y": 2, "error": None}], swept=("x",))
    two = SweepResult([{"x": 1, "repetition": 0, "seed": 5, "y": 3, "error": None}], swept=("x",))
    with pytest.raises(ValueError, match="a run must come out one way, got two"):
        one + two
    with pytest.raises(ValueError, match="both results must sweep x, got y"):
        one + SweepResult([], swept=("y",))


def test_csv_and_back(tmp_path) -> None:
    result = sweep(Toy(), {"x": [0, 13, 15]}, what=run, seeds=2, progress=False)
    result.to_csv(tmp_path / "rows.csv")
    back = SweepResult.read(tmp_path / "rows.csv")
    assert back.swept == ("x",)
    assert [row | {"seconds": None} for row in back] == [row | {"seconds": None} for row in result]
    back.to_csv(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "rows.csv").read_bytes()
    result.to_csv(tmp_path / "timed.csv", seconds=True)
    assert list(SweepResult.read(tmp_path / "timed.csv")) == list(result)


def test_files_of_something_else(tmp_path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(ValueError, match="must have the column 'repetition', got x, y"):
        SweepResult.read(tmp_path / "a.csv")
    with pytest.raises(ValueError, match="must end in .csv or .parquet"):
        SweepResult.read(tmp_path / "a.txt")
    with pytest.raises(ValueError, match="must hold a finished sweep"):
        SweepResult.read(tmp_path)


def test_hours_of_a_network_as_json() -> None:
    eve = InterceptResend(fraction=0.5)
    heard = Incident(at_seconds=60.0, what="listen", where=("A", "B"), eavesdropper=eve)
    lost = Incident(at_seconds=90.0, what="lose", where=("B",))
    hours = replace(HOUR, incidents=(heard, lost), duration_seconds=120.0)
    assert NetworkHours.from_json(hours.to_json()) == hours


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"C",\n      "n_bits"', '"Nowhere",\n      "n_bits"', "'Nowhere'"),
        ('"duration_seconds": 3600.0', '"duration_seconds": -1', "duration_seconds must lie between"),
        ('"duration_seconds"', '"hours"', "must have only the fields"),
        ('"NetworkHours"', '"Network"', "scenario.type must be 'NetworkHours'"),
        ('"incidents": []', '"incidents": {}', "scenario.incidents must be a list"),
    ],
    ids=["node", "seconds", "field", "type", "list"],
)
def test_hours_of_a_network_that_are_none(old, new, words) -> None:
    with pytest.raises(ValueError, match=words):
        NetworkHours.from_json(HOUR.to_json().replace(old, new, 1))


def test_rows_are_chosen_by_settings_as_by_their_text() -> None:
    # would catch: no row at all, since a row has the text of its settings
    attacks = [InterceptResend(fraction=one) for one in (0.5, 1)]
    result = SweepResult([{"eavesdropper": repr(one)} for one in attacks], swept=("eavesdropper",))
    assert len(result.where({"eavesdropper": attacks[1]})) == 1
    assert len(result.where({"eavesdropper": repr(attacks[1])})) == 1


@pytest.mark.parametrize("n_workers", [0, -1, 1.5, True])
def test_workers_are_counted(n_workers) -> None:
    # would catch: 0 taken for all processors
    with pytest.raises(ValueError, match="^n_workers must be "):
        sweep(Toy(), {}, what=run, executor="processes", n_workers=n_workers)


def test_files_that_a_spreadsheet_wrote_or_that_are_torn(tmp_path) -> None:
    path = tmp_path / "rows.csv"
    SweepResult([{"a": 1, "repetition": 0, "b": 5}], swept=("a",)).to_csv(path)
    rows = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + rows + b"\r\n")
    assert SweepResult.read(path).swept == ("a",)  # before: a name with a mark that nobody sees
    path.write_bytes(rows + rows.splitlines()[1][:-3])
    with pytest.raises(ValueError, match=r"must have \d cells in each row, got \d in row 2$"):
        SweepResult.read(path)
    path.write_bytes(rows.replace(b"5", b"\xe4"))
    with pytest.raises(ValueError, match="must be in UTF-8"):
        SweepResult.read(path)
