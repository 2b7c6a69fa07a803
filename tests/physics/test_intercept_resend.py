"""Intercept-resend on an ideal link, a million pulses, in both samplers (five sigma, fixed seeds)."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, InterceptResend, run_session
from qkdlab.attacks.readings import eve_readings
from qkdlab.exchange.run import Exchange
from qkdlab.quantum.protocols import BB84
from tests.bounds import assert_same_distribution, assert_share

from .conftest import Run

SAMPLERS = ["exact", "shots"]
FRACTIONS = [0.2, 0.6, 1.0]


def sifted(exchange: Exchange) -> np.ndarray:
    return exchange.alice.bases == exchange.bob.bases


def wrong(exchange: Exchange) -> np.ndarray:
    return exchange.alice.bits != exchange.bob.bits


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_without_eve_the_qber_is_exactly_zero(run: Run, sampler) -> None:
    # would catch: any noise that nobody asked for
    exchange = run(sampler=sampler)
    assert_share(np.count_nonzero(sifted(exchange)), 1_000_000, 0.5, rules_out=0.49)
    assert np.count_nonzero(wrong(exchange)[sifted(exchange)]) == 0


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("fraction", FRACTIONS)
def test_qber_is_a_quarter_of_the_fraction(run: Run, sampler, fraction) -> None:
    # would catch: QBER f/2 (Eve always in the wrong basis), f/8, or an Eve who resends in one fixed basis
    exchange = run(fraction=fraction, sampler=sampler)
    kept = sifted(exchange)
    errors, n = np.count_nonzero(wrong(exchange)[kept]), np.count_nonzero(kept)
    assert_share(errors, n, fraction / 4, rules_out=0.95 * fraction / 4 if fraction > 0.5 else fraction / 2)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("fraction", [None, *FRACTIONS])
def test_unsifted_bits_are_coins(run: Run, sampler, fraction) -> None:
    # would catch: Bob's basis without effect, or preparation and measurement turned by different angles
    exchange = run(fraction=fraction, sampler=sampler)
    for alice in (0, 1):
        rows = (exchange.alice.bases == alice) & (exchange.bob.bases != alice)
        for bit in (0, 1):
            sent = rows & (exchange.alice.bits == bit)
            assert_share(
                np.count_nonzero(exchange.bob.bits[sent]), np.count_nonzero(sent), 0.5, rules_out=0.52
            )


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("fraction", FRACTIONS)
def test_both_bases_and_both_bits_suffer_alike(run: Run, sampler, fraction) -> None:
    # would catch: an Eve who prefers one basis (0 in it, f/2 in the other), or resends only zeros
    exchange = run(fraction=fraction, sampler=sampler)
    for basis in (0, 1):
        for bit in (0, 1):
            rows = sifted(exchange) & (exchange.alice.bases == basis) & (exchange.alice.bits == bit)
            errors = np.count_nonzero(wrong(exchange)[rows])
            assert_share(errors, np.count_nonzero(rows), fraction / 4, rules_out=fraction / 2)


def read(tactics: np.ndarray, outcomes: np.ndarray, bases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    readings = eve_readings(BB84, InterceptResend().tactics, 0.0)
    return readings.guesses[bases, tactics, outcomes], readings.certain[bases, tactics, outcomes]


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("fraction", FRACTIONS)
def test_what_eve_reads(run: Run, sampler, fraction) -> None:
    # would catch: a probe that does not copy the photon, a basis confused with the other
    exchange = run(fraction=fraction, sampler=sampler)
    kept = sifted(exchange)
    bits, bases = exchange.alice.bits[kept], exchange.alice.bases[kept]
    tactics, outcomes = exchange.eve.tactics[kept], exchange.eve.outcomes[kept]
    guesses, certain = read(tactics, outcomes, bases)
    n = len(bits)
    assert_share(np.count_nonzero(tactics), n, fraction, rules_out=fraction / 2)
    assert_share(np.count_nonzero(certain), n, fraction / 2, rules_out=fraction)
    assert np.array_equal(guesses[certain], bits[certain])
    # where her basis was Alice's Bob sees no error, elsewhere both toss a coin, and not the same one
    in_vain = (tactics > 0) & ~certain
    mistakes = wrong(exchange)[kept]
    assert not mistakes[certain].any()
    assert not mistakes[tactics == 0].any()
    n = np.count_nonzero(in_vain)
    assert_share(np.count_nonzero(guesses[in_vain] == bits[in_vain]), n, 0.5, rules_out=0.55)
    assert_share(np.count_nonzero(mistakes[in_vain]), n, 0.5, rules_out=0.55)
    both = mistakes[in_vain] & (guesses[in_vain] == bits[in_vain])
    assert_share(np.count_nonzero(both), n, 0.25, rules_out=0.5)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_eve_is_right_wherever_she_is_certain_however_noisy_the_line(run: Run, sampler) -> None:
    # she sits before the noise; would catch: an Eve behind the fibre
    link = replace(IDEAL_LINK, depolarizing_probability=0.5, misalignment_error=0.2)
    exchange = run(200_000, fraction=1.0, link=link, sampler=sampler)
    record, alice = exchange.eve, exchange.alice
    _, certain = read(record.tactics, record.outcomes, alice.bases)
    assert_share(np.count_nonzero(certain), 200_000, 0.5)
    assert np.array_equal(record.outcomes[certain], alice.bits[certain])


def test_what_a_session_says_of_eve() -> None:
    # would catch: certainty 1/4, a guess rate 1/2 + f/2, unattacked pulses counted as right
    f = 0.4
    result = run_session(n_pulses=400_000, seed=11, link=IDEAL_LINK, eavesdropper=InterceptResend(fraction=f))
    eve = result.eve
    assert_share(eve.n_attacked, eve.n_sifted, f, rules_out=f / 2)
    assert_share(eve.n_certain, eve.n_sifted, f / 2, rules_out=f / 4)
    right = round(eve.true_guess_rate * eve.n_sifted)
    assert_share(right, eve.n_sifted, 1 / 2 + f / 4, rules_out=1 / 2 + f / 2)
    assert_share(round(result.true_qber * eve.n_sifted), eve.n_sifted, f / 4, rules_out=f / 2)


def joint_table(exchange: Exchange) -> np.ndarray:
    """Counts of (Bob's bit, Eve's reading) for each (Alice's state, Eve's tactic, Bob's basis)."""
    alice, bob, eve = exchange.alice, exchange.bob, exchange.eve
    circuit = ((alice.bases * 2 + alice.bits) * 3 + eve.tactics) * 2 + bob.bases
    outcome = bob.bits + 2 * eve.outcomes
    return np.bincount(circuit.astype(int) * 4 + outcome, minlength=96).reshape(24, 4)


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_both_samplers_agree_on_the_whole_joint_table(run: Run, noise) -> None:
    # would catch: right QBER with wrong correlations, e.g. Eve's probe read in the wrong order
    link = replace(IDEAL_LINK, depolarizing_probability=noise)
    fraction = 0.6
    exact, shots = (joint_table(run(fraction=fraction, link=link, sampler=sampler)) for sampler in SAMPLERS)
    assert exact.sum() == shots.sum() == 1_000_000
    assert np.array_equal(exact == 0, shots == 0)  # the same outcomes are impossible
    assert_same_distribution(exact, shots)
    # the same choices (same seed), but not the same outcomes
    assert np.array_equal(exact.sum(axis=1), shots.sum(axis=1))
    assert not np.array_equal(exact, shots)
