"""A game by hand as a value: steps, undo, rules; and the physics of what is measured."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, InterceptResend, SessionSettings, run_session
from qkdlab.distillation.channel import Subject
from qkdlab.lab.by_hand.hand import OPEN, ROLES, Hand, Step
from qkdlab.lab.by_hand.hand_report import hand_report
from qkdlab.lab.by_hand.moves import (
    MOST_ERRORS,
    Score,
    decide,
    decision_of_the_lab,
    for_me,
    lacks_sample,
    play,
    wrong_mark,
)
from qkdlab.lab.by_hand.talk import chances, letters_left, talk, talk_of, word_bits
from qkdlab.lab.by_hand.view import told
from qkdlab.lab.components.text import words_for
from qkdlab.values import NO_BIT
from tests.bounds import assert_share

MANY = 40_000
KIT = SessionSettings(n_pulses=400, link=IDEAL_LINK, security="classroom", seed=5)


@pytest.mark.parametrize("role", ROLES)
def test_a_learner_chooses_what_is_theirs_and_the_lab_the_rest(role: str) -> None:
    hand = Hand(role=role, seed=1)
    open_fields = {
        name
        for name in ("alice_bits", "alice_bases", "bob_bases", "eve_tactics")
        if OPEN in getattr(hand, name)
    }
    mine = {"Alice": {"alice_bits", "alice_bases"}, "Bob": {"bob_bases"}, "Eve": {"eve_tactics"}}
    assert open_fields == mine[role]
    assert hand.on() == hand, "nothing goes on while something is open"
    assert hand.first_open() == 0
    assert hand.filled().on().place == 1


@pytest.mark.parametrize("role", ROLES)
def test_back_keeps_all_that_was_chosen(role: str) -> None:
    hand = end = play(Hand(role=role, seed=4))
    while hand.place:
        hand = hand.back()
    assert hand.step is end.steps[0]
    assert hand.decision == ""
    for name in ("alice_bits", "alice_bases", "bob_bases", "eve_tactics", "kept", "known", "sample"):
        assert getattr(hand, name) == getattr(end, name)
    assert play(hand) == end, "the same choices give the same results"


def test_only_what_is_asked_for_can_be_chosen() -> None:
    hand = Hand(role="Bob", seed=1)
    with pytest.raises(ValueError, match="choices must be of bob_bases, got 'alice_bits'"):
        hand.choose(alice_bits=(0,) * 15)
    with pytest.raises(ValueError, match=r"bob_bases\[2\] must be a whole number from -1 to 1, got 2"):
        hand.choose(bob_bases=(0, 0, 2) + (0,) * 12)
    with pytest.raises(ValueError, match="bob_bases must hold 15 numbers"):
        hand.choose(bob_bases=(0, 1))
    with pytest.raises(ValueError, match="role must be one of"):
        Hand(role="Charlie", seed=1)
    with pytest.raises(ValueError, match="bob_bases must all be chosen"):
        talk(hand)
    with pytest.raises(ValueError, match="hand must be at the step 'decide'"):
        decide(hand, "use")


def test_other_rules_begin_anew_and_keep_the_choices_they_can() -> None:
    hand = play(Hand(role="Alice", seed=2))
    one = hand.again(two_bases=False)
    assert (one.place, one.alice_bits, set(one.alice_bases)) == (0, hand.alice_bits, {0})
    assert one.editable == ("alice_bits",)
    assert one.again(two_bases=True).alice_bases == (OPEN,) * 15
    two = hand.again(two_players=True)
    assert two.steps[:2] == (Step.ALICE, Step.BOB)
    assert two.bob_bases == (OPEN,) * 15
    tapped = hand.again(eve="there")
    assert all(tapped.eve_tactics)
    assert tapped.alice_bases == hand.alice_bases
    assert tapped.bob_bases == hand.bob_bases, "Eve changes no one's choices"


def test_errors_are_in_the_sample_or_left_in_the_key() -> None:
    score = Score.of(play(Hand(role="Alice", seed=2, n_pulses=400, eve="there")))
    assert score.n_compared + score.n_key == score.n_kept
    assert score.n_errors + score.true_n_errors_left == score.true_n_all_errors
    assert min(score.n_errors, score.true_n_errors_left) > 0


def test_new_photons_keep_every_rule_and_no_choice() -> None:
    rules = {"n_pulses": 4, "two_bases": False, "two_players": True, "eve": "there"}
    hand = play(Hand(role="Alice", seed=2, **rules))  # type: ignore[arg-type]
    assert hand.next_photons() == Hand(role="Alice", seed=3, **rules)  # type: ignore[arg-type]


def test_perhaps_is_sometimes() -> None:
    there = sum(Hand(role="Bob", seed=seed, eve="perhaps").eve_measures for seed in range(800))
    assert_share(there, 800, 0.5)


# ---- the physics: 5σ, as sharp as the numbers allow --------------------------------------------------


def test_without_eve_kept_bits_agree_and_others_are_coins() -> None:
    # would catch: the wrong basis turning the bit around, or giving Alice's bit
    said = talk(play(Hand(role="Alice", seed=6, n_pulses=MANY)))
    assert not said.true_errors.any()
    assert_share(said.n_kept, MANY, 0.5)
    dropped = ~said.kept
    same = int(np.count_nonzero((said.alice_bits == said.bob_bits)[dropped]))
    assert_share(same, int(dropped.sum()), 0.5, rules_out=0.0)


def test_announced_bases_tell_an_eve_who_measured_nothing_nothing() -> None:
    # would catch: guesses from what is on the simulation's paper, not on hers
    said = talk(play(Hand(role="Alice", seed=6, n_pulses=MANY)))
    assert not said.known.any()
    assert_share(said.true_n_right, said.n_kept, 0.5, rules_out=1.0)


@pytest.mark.parametrize("role", ["Bob", "Eve"])
def test_eve_on_every_photon_knows_half_and_spoils_a_quarter(role: str) -> None:
    # would catch: 12.5 % (all pulses as denominator), or half (every wrong basis an error)
    said = talk(play(Hand(role=role, seed=7, n_pulses=MANY, eve="there")))
    assert_share(int(said.true_errors.sum()), said.n_kept, 0.25, rules_out=0.5)
    assert_share(int(said.known.sum()), said.n_kept, 0.5, rules_out=0.75)
    assert_share(said.true_n_right, said.n_kept, 0.75, rules_out=0.5)
    assert not (said.known & said.true_errors).any()
    assert np.array_equal(said.guesses[said.known], said.alice_bits[said.known])


def test_in_one_basis_eve_reads_all_and_leaves_no_trace() -> None:
    score = Score.of(play(Hand(role="Eve", seed=8, n_pulses=2_000, two_bases=False)))
    assert score.n_kept == score.n_all_known == 2_000
    assert score.true_n_all_errors == 0


@pytest.mark.parametrize("two_bases", [True, False])
def test_what_was_compared_is_no_part_of_the_key(two_bases: bool) -> None:
    # would catch: known and wrong bits of the sample, which everybody hears, counted as the key's
    hand = play(Hand(role="Eve", seed=8, n_pulses=4_000, two_bases=two_bases))
    score = Score.of(hand)
    assert score.n_compared + score.n_key == score.n_kept
    assert score.n_errors + score.true_n_errors_left == score.true_n_all_errors
    assert_share(score.n_known, score.n_key, 0.5 if two_bases else 1.0)
    assert_share(score.true_n_errors_left, score.n_key, 0.25 if two_bases else 0.0)


@pytest.mark.parametrize(
    ("two_bases", "said"), [(True, "you were lucky"), (False, "nobody could have noticed")]
)
def test_eve_is_told_why_nobody_noticed_her(two_bases: bool, said: str) -> None:
    tactics = (0,) * 15 if two_bases else (1,) * 15
    hand = Hand(role="Eve", seed=8, two_bases=two_bases).choose(eve_tactics=tactics)
    end = play(hand)
    assert end.decision == "use"
    assert said in told(end, talk(end))


def test_with_one_basis_no_word_sends_eve_to_the_other() -> None:
    hand = Hand(role="Eve", seed=8, two_bases=False).choose(eve_tactics=(1,) * 15)
    while hand.step != Step.KNOW:
        hand = for_me(hand).on()
    said = told(hand, talk(hand))
    assert "measured in Z" in said
    assert "same basis" not in said


def test_what_eve_lets_pass_she_does_not_know() -> None:
    tactics = (0, 1, 2) * 5
    hand = for_me(Hand(role="Eve", seed=3).choose(eve_tactics=tactics).on().on())
    assert not any(mark for mark, tactic in zip(hand.known, tactics, strict=True) if not tactic)
    assert any(hand.known)


def test_chances_are_those_of_the_circuit() -> None:
    assert chances(0, 0, 0, 0) == (1.0, 0.0)
    assert chances(1, 0, 2, 0) == (0.5, 0.5), "Eve measured in X"
    assert chances(1, 0, 1, 0) == (0.0, 1.0), "Eve measured in Z"
    assert chances(1, 1, 0, 0) == (0.5, 0.5)


# ---- equal rules: the same bits and bases as a session's ---------------------------------------------


@pytest.mark.parametrize("eavesdropper", [None, InterceptResend(fraction=0.6)])
def test_the_table_sifts_and_compares_as_a_session_does(eavesdropper: InterceptResend | None) -> None:
    session = run_session(KIT, eavesdropper=eavesdropper)
    exchange, channel = session.exchange, session.channel
    n = len(exchange.slots)
    eve = exchange.eve
    said = talk_of(
        alice=exchange.alice,
        bob=exchange.bob,
        tactics=eve.tactics if eve else np.zeros(n, dtype=np.uint8),
        eve_bits=eve.outcomes if eve else np.zeros(n, dtype=np.uint8),
        coins=np.full(n, NO_BIT, dtype=np.uint8),
    )
    assert np.array_equal(said.kept, channel.find(Subject.KEPT))
    assert said.n_kept == session.distillation.n_sifted
    sample = np.zeros(n, dtype=int)
    sample[np.flatnonzero(said.kept)[channel.find(Subject.SAMPLE)]] = 1
    found = said.estimate(sample)
    assert found is not None
    assert (found.n_sample, found.qber) == (session.distillation.n_disclosed, session.qber)
    assert int(said.true_errors.sum()) == round((session.true_qber or 0) * said.n_kept)
    assert int(said.known.sum()) == (session.eve.n_certain if session.eve else 0)


def test_the_labs_alice_and_bob_stop_where_a_session_stops() -> None:
    assert KIT.max_qber == MOST_ERRORS
    for seed in range(20):
        hand = play(Hand(role="Bob", seed=seed, n_pulses=60, eve="perhaps"))
        found = talk(hand).estimate(hand.sample)
        assert (hand.decision == "drop") == (found is None or found.qber > KIT.max_qber)


# ---- moves -------------------------------------------------------------------------------------------


def test_the_first_wrong_mark_is_found() -> None:
    hand = Hand(role="Bob", seed=5).filled().on().on()
    assert hand.step is Step.SIFT
    right = for_me(hand)
    assert wrong_mark(right) is None
    kept = list(right.kept)
    kept[4] = 1 - kept[4]
    assert wrong_mark(right.choose(kept=tuple(kept))) == 4
    assert wrong_mark(Hand(role="Bob", seed=5)) is None


def test_a_sample_is_needed_and_is_of_kept_bits() -> None:
    hand = for_me(Hand(role="Bob", seed=5).filled().on().on()).on()
    assert hand.step is Step.SAMPLE
    assert lacks_sample(hand)
    dropped = tuple(int(not kept) for kept in talk(hand).kept)
    assert lacks_sample(hand.choose(sample=dropped))
    chosen = for_me(hand)
    assert not lacks_sample(chosen)
    score = Score.of(chosen)
    assert 0 < score.n_compared < score.n_kept
    assert score.n_key == score.n_kept - score.n_compared


def test_without_a_kept_bit_nobody_can_tell() -> None:
    apart = Hand(role="Bob", seed=5)
    hand = apart.choose(bob_bases=tuple(1 - basis for basis in apart.alice_bases)).on().on().on()
    assert hand.step is Step.SAMPLE
    assert not lacks_sample(hand)
    assert decision_of_the_lab(replace(hand, place=hand.place + 1)) == "drop"


def test_a_word_and_what_is_left_of_it() -> None:
    assert word_bits("AB") == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    with pytest.raises(ValueError, match="word must have letters from A to Z alone, got 'a1'"):
        word_bits("a1")
    assert letters_left("KEY", np.array([True] * 9 + [False] + [True] * 5)) == "K·Y"


def test_the_report_is_of_a_game_at_its_end() -> None:
    hand = play(Hand(role="Eve", seed=59))
    assert hand_report(hand) == hand_report(hand)
    assert hand_report(hand).count("\n") == 19
    assert "8 kept" in hand_report(hand, rows=False)
    coins = words_for("hand_report")["coins"]
    assert coins in hand_report(hand)  # of some bits she took the other basis
    assert coins not in hand_report(play(Hand(role="Eve", seed=59, two_bases=False)))
    with pytest.raises(ValueError, match="hand must be at the step 'end', got 'eve'"):
        hand_report(Hand(role="Eve", seed=59))


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": 5},
        {"place": -1},
        {"place": "x"},
        {"decision": "keep"},
        {"decision": None},
        {"two_bases": "yes"},
        {"two_players": 1},
        {"n_pulses": 10**9},
        {"alice_bits": np.zeros(15, int)},
    ],
)
def test_a_hand_refuses_what_no_game_has_and_names_it(wrong: dict[str, object]) -> None:
    # would catch: a game that stands at no step, or that stops the kernel
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))} must"):
        Hand(**{"role": "Eve", "seed": 1, **wrong})  # type: ignore[arg-type]
