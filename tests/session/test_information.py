"""Eve's information, estimated from the record, against closed forms."""

from math import log

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, EntanglingProbe, InterceptResend, OptimalCloner, run_session
from qkdlab.attacks.attack import Eavesdropper
from qkdlab.distillation.channel import Subject
from qkdlab.session.information import eve_information, plug_in_information
from qkdlab.values import binary_entropy
from tests.bounds import assert_mean
from tests.refusals import expect_refusal


def bits_of(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.uint8)


def test_nothing_everything_and_what_a_group_unlocks() -> None:
    a = bits_of(0, 1, 0, 1, 0, 1, 0, 1)
    assert plug_in_information(a, a, 0 * a).bits == 1
    assert plug_in_information(a, 0 * a, 0 * a).bits == 0
    assert plug_in_information(a, 0 * a, 0 * a).bias == 0
    flipped = bits_of(0, 0, 0, 0, 1, 1, 1, 1)  # the outcome is a ^ flipped
    assert plug_in_information(a, a ^ flipped, 0 * a).bits == 0
    assert plug_in_information(a, a ^ flipped, flipped).bits == 1
    with expect_refusal("bits must hold at least one bit, got none"):
        plug_in_information(a[:0], a[:0], a[:0])


def test_bias_and_standard_error_are_what_many_runs_show() -> None:
    # would catch: a bias of the wrong size, standard errors of the wrong quantity
    rng, n, runs, error = np.random.default_rng(3), 400, 4000, 0.25
    bits = rng.integers(0, 2, (runs, n), dtype=np.uint8)
    outcomes = bits ^ (rng.random((runs, n)) < error)
    found = [plug_in_information(a, e, 0 * a) for a, e in zip(bits, outcomes, strict=True)]
    values = [one.bits - one.bias for one in found]
    assert found[0].bias == pytest.approx(1 / (2 * n * log(2)))  # 0.0018
    assert_mean(values, 1 - binary_entropy(error), standard_error=0.0008, tolerance=0.003)
    assert np.mean([one.standard_error for one in found]) == pytest.approx(np.std(values), rel=0.06)


ATTACKS: list[tuple[Eavesdropper, float]] = [
    (InterceptResend(), 1 - binary_entropy(0.25)),
    (InterceptResend(fraction=0.4), 0.4 * (1 - binary_entropy(0.25))),
    (InterceptResend(basis="Z"), 1 - binary_entropy(0.25)),
    (InterceptResend(basis="Breidbart"), InterceptResend(basis="Breidbart").expected_information()),
    (EntanglingProbe(strength=0.5), 1 - binary_entropy(0.5 + np.sin(np.pi / 4) / 4)),
    (OptimalCloner(disturbance=0.11), np.nan),  # she does not measure before the announcement
]


@pytest.mark.parametrize(("attack", "before"), ATTACKS, ids=lambda value: str(value)[:60])
def test_simulated_information_against_closed_form(attack: Eavesdropper, before: float) -> None:
    # would catch: information counted on attacked pulses alone, bases ignored, tactics mixed up
    result = run_session(n_pulses=400_000, link=IDEAL_LINK, eavesdropper=attack, seed=5, max_qber=0.01)
    kept = result.channel.find(Subject.KEPT)
    for announced, expected in ((True, attack.expected_information()), (False, before)):
        if np.isnan(expected):
            continue
        found = eve_information(result.exchange, kept, announced=announced)
        assert found is not None
        assert 0 < found.standard_error + found.bias < 0.005
        assert abs(found.bits - found.bias - expected) < 5 * found.standard_error + found.bias


def test_no_eve_no_information() -> None:
    result = run_session(n_pulses=1000, link=IDEAL_LINK, seed=5)
    kept = result.channel.find(Subject.KEPT)
    assert eve_information(result.exchange, kept, announced=True) is None
    tapped = run_session(result.settings, eavesdropper=InterceptResend())
    assert eve_information(tapped.exchange, kept & False, announced=True) is None


def test_eve_is_told_the_pair_and_not_the_basis() -> None:
    # in SARG04 the basis is the bit. Of the pair |0>, |+>, measured in Z and sent on, what is kept weighs
    # 1/4 for (bit 0, found 0), 1/8 for (1, 0), 3/8 for (1, 1); so I = h(1/3) - h(1/3) / 2.
    # Would catch: Eve is told the bases, 1 bit
    result = run_session(
        n_pulses=400_000,
        link=IDEAL_LINK,
        protocol="SARG04",
        security="asymptotic",
        eavesdropper=InterceptResend(),
        seed=5,
    )
    kept = result.channel.find(Subject.KEPT)
    found = eve_information(result.exchange, kept, announced=True)
    assert abs(found.bits - found.bias - binary_entropy(1 / 3) / 2) < 5 * found.standard_error
