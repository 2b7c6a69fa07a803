"""The duel: its rules on rounds made by hand, and the rounds on sessions whose end is known."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from qkdlab.distillation.outcome import AbortReason
from qkdlab.errors import ScenarioError
from qkdlab.lab.pqc.duel import Duel, Round, duel, play
from qkdlab.lab.pqc.teams import ATTACKS, MIDDLE, NOBODY, Assault, ChoiceError, Defence, read_choice
from qkdlab.session.key_knowledge import KeyKnowledge

ROUND = Round(seed=1, qber=0.02, reason=None, key_length=3000, true_known=0, attacked=False, cost=500)


def test_the_rules() -> None:
    # would catch: a known bit that counts for both, a short run that counts as an alarm, free false alarms
    assert (ROUND.ab_points, ROUND.eve_points) == (2500, 0)
    leaky = replace(ROUND, true_known=100, attacked=True)
    assert (leaky.ab_points, leaky.eve_points) == (2400, 100)
    stopped = replace(ROUND, reason=AbortReason.QBER_TOO_HIGH, key_length=0)
    assert (stopped.ab_points, stopped.eve_points) == (-1500, 0)
    caught = replace(stopped, attacked=True)
    assert (caught.ab_points, caught.eve_points) == (-500, -1000)
    for attacked in (False, True):
        short = replace(stopped, reason=AbortReason.TOO_FEW_PULSES, attacked=attacked)
        assert (short.ab_points, short.eve_points) == (-500, 0)
    assert (Defence(n_pulses=500_000).cost, Defence(n_pulses=500_000, watch=True).cost) == (500, 800)


def test_a_team_wins_with_more_points_than_the_other_and_more_than_none() -> None:
    # would catch: Eve who wins though she knows no bit, since the others paid for their pulses
    stopped = replace(ROUND, reason=AbortReason.TOO_FEW_PULSES, key_length=0, attacked=True)
    caught = replace(stopped, reason=AbortReason.QBER_TOO_HIGH)
    read = replace(ROUND, true_known=2000, attacked=True)
    ends = {ROUND: "ab_wins", stopped: "draw", caught: "draw", read: "eve_wins"}
    for one, outcome in ends.items():
        assert Duel(defence=Defence(), assault=Assault(), rounds=(one,)).outcome == outcome
    assert duel(Defence(n_pulses=50_000), Assault(attack=NOBODY), (1,)).eve_points == 0
    assert repr(duel(Defence(n_pulses=50_000), Assault(attack=NOBODY), (1,))).endswith("nobody wins")


@pytest.mark.parametrize("attack", ["photon-number splitting", "beam splitting"])
@pytest.mark.parametrize("decoys", [False, True])
def test_the_key_is_shortened_for_all_that_several_photons_can_tell(attack: str, decoys: bool) -> None:
    one = play(Defence(n_pulses=1_000_000, decoys=decoys), Assault(attack=attack), 1)
    assert one.key_length > 0
    assert one.true_known == 0


def test_without_eve_they_keep_what_they_make_and_a_nervous_limit_costs() -> None:
    calm = duel(Defence(), Assault(attack=NOBODY), (1, 2))
    assert all(one.reason is None and one.true_known == 0 for one in calm.rounds)
    assert calm.ab_points == sum(one.key_length for one in calm.rounds) - 1000 > 0
    nervous = play(Defence(max_qber=0.001), Assault(strength=0.0), 1)
    assert nervous.reason is AbortReason.QBER_TOO_HIGH
    assert nervous.ab_points == -1500


def test_eve_on_every_pulse_is_noticed_and_stops_the_key() -> None:
    # QKD does not prevent her: nobody has a key
    one = play(Defence(), Assault(), 3)
    assert one.qber is not None
    assert 0.2 < one.qber < 0.3
    assert (one.key_length, one.true_known) == (0, 0)
    assert (one.ab_points, one.eve_points) == (-500, -1000)


@pytest.mark.parametrize(("information", "known"), [(500.7, 0), (502.2, 3), (900.0, 400), (1000.0, 400)])
def test_what_eve_knows_of_a_key_is_rounded_up_and_no_more_than_the_key(
    monkeypatch: pytest.MonkeyPatch, information: float, known: int
) -> None:
    # 1,000 bits, 100 announced, 400 left: 500 were taken off. Less than a bit beyond breaks no key
    truth = KeyKnowledge(n_corrected=1_000, unknown=1_000 - information, announced=100, n_amplified=400)
    accepted = SimpleNamespace(
        eve=SimpleNamespace(true_key=truth), accepted=True, key_length=400, qber=0.01, reason=None
    )
    monkeypatch.setattr("qkdlab.lab.pqc.duel.run_session", lambda _settings: accepted)
    one = play(Defence(), Assault(), 1)
    assert (one.eve_points, one.ab_points) == (known, 400 - known - 500)


def test_what_each_defence_is_for() -> None:
    middle, blinding = Assault(attack=MIDDLE), Assault(attack="detector blinding")
    trusting = play(Defence(authenticate=False), middle, 1)
    assert trusting.reason is None
    assert trusting.true_known == trusting.key_length > 2000
    assert play(Defence(), middle, 1).reason is AbortReason.AUTHENTICATION_FAILED
    blind = play(Defence(), blinding, 1)
    assert blind.true_known == blind.key_length > 2000
    assert play(Defence(watch=True), blinding, 1).reason is AbortReason.DETECTOR_ALARM
    bright, dim = (
        play(Defence(decoys=decoys, n_pulses=2_000_000), Assault(attack=NOBODY), 1)
        for decoys in (True, False)
    )
    assert bright.key_length > 3 * dim.key_length > 0


def test_the_key_is_paid_for_what_eve_reads() -> None:
    free, read = (play(Defence(), Assault(strength=share), 2) for share in (0.0, 0.1))
    assert free.reason is read.reason is None
    assert free.qber is not None
    assert read.qber is not None
    assert read.qber > free.qber
    assert 0 < read.key_length < free.key_length
    assert read.true_known == 0


def test_the_same_choices_and_seeds_give_the_same_table() -> None:
    texts = (
        '{"type": "Defence", "n_pulses": 400000, "sample_fraction": 0.2}',
        '{"type": "Assault", "attack": "optimal cloner", "strength": 0.5}',
    )
    one, other = (duel(*texts, seeds=(7, 8)) for _ in range(2))
    assert repr(one) == repr(other)
    assert one.defence == Defence(n_pulses=400_000, sample_fraction=0.2)
    lines = repr(one).splitlines()
    assert len(lines) == 1 + 2 + 1 + 1
    assert lines[-1] in ("Alice and Bob win", "Eve wins", "nobody wins")


@pytest.mark.parametrize("attack", [NOBODY, MIDDLE, *ATTACKS])
def test_every_attack_of_the_menu_can_be_played(attack: str) -> None:
    one = play(Defence(n_pulses=100_000, watch=True), Assault(attack=attack), 1)
    assert one.attacked == (attack != NOBODY)
    assert one.true_known <= one.key_length


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "scenario must be JSON"),
        ('{"type": "Spy"}', "scenario.type must be one of Assault, Defence, got 'Spy'"),
        ('{"type": "Defence", "n_pulses": 10}', "n_pulses must be at least 50000"),
        ('{"type": "Defence", "sample_fraction": 1}', "sample_fraction must lie between 0.01 and 0.9, got 1"),
        ('{"type": "Defence", "max_qber": 0.3}', "max_qber must lie between 0 and 0.11, got 0.3"),
        ('{"type": "Defence", "decoys": "yes"}', "decoys must be True or False, got 'yes'"),
        ('{"type": "Defence", "spies": 3}', "must have only the fields n_pulses"),
        ('{"type": "Assault", "attack": "bribe"}', "attack must be one of 'none', 'man in the middle'"),
        ('{"type": "Assault", "strength": 2}', "strength must lie between 0 and 1, got 2"),
        (
            '{"type": "Assault", "attack": "man in the middle", "strength": 0.5}',
            "strength must be 1 for a man",
        ),
    ],
)
def test_a_choice_that_is_none_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        read_choice(text)


def test_a_notebook_shows_what_is_wrong_in_one_line() -> None:
    # a forgotten quote is no reason for the calls of sixty lines
    with pytest.raises(ChoiceError) as caught:
        duel('{"type": "Defence", n_pulses: 5}', Assault())
    (line,) = caught.value._render_traceback_()
    assert line.startswith("This choice cannot be read. scenario must be JSON: Expecting property name")
    assert line.endswith('small letters, as in {"type": "Defence", "n_pulses": 500000, "watch": true}')
    assert caught.value.__suppress_context__
    with pytest.raises(ChoiceError) as caught:
        duel('{"type": "Defence", "max_qber": 0.3}', Assault())
    assert "quotes" not in caught.value._render_traceback_()[0]
    for slip in ("2,000,000", "True"):  # as Python, or a person, writes it; before: advice on quotes alone
        with pytest.raises(ChoiceError, match="no comma, and true and false have small letters"):
            duel(f'{{"type": "Defence", "n_pulses": 500000, "watch": {slip}}}', Assault())


def test_choices_come_out_of_files_and_a_missing_one_is_told_with_those_that_are_there(
    tmp_path: Path,
) -> None:
    ours = tmp_path / "alice_and_bob.json"
    ours.write_text('{"type": "Defence", "n_pulses": 50000}', encoding="utf-8")
    assert duel(ours, Assault(), seeds=[1]).defence == Defence(n_pulses=50_000)
    for name in ("untitled.txt", "qkdlab_progress.json"):  # the latter is no choice of anybody
        (tmp_path / name).touch()
    with pytest.raises(ChoiceError) as caught:
        duel(ours, tmp_path / "eve.json")
    (line,) = caught.value._render_traceback_()  # before: the calls behind a FileNotFoundError
    assert line.endswith("There is no file eve.json here, but alice_and_bob.json, untitled.txt.")


def test_teams_do_not_take_each_others_part() -> None:
    with pytest.raises(ScenarioError, match="alice_and_bob must choose a Defence, got 'Assault'"):
        duel(Assault(), Assault())  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match="eve must choose an Assault, got 'Defence'"):
        duel(Defence(), Defence())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="seeds must be at least 1"):
        duel(Defence(), Assault(), ())
