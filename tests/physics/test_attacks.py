"""Attacks in whole sessions: error rate and Eve's guesses, per basis, within five sigma of closed forms."""

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, EntanglingProbe, InterceptResend, OptimalCloner, run_session
from qkdlab.attacks.attack import Eavesdropper
from qkdlab.distillation.channel import Subject
from qkdlab.values import Basis
from tests.bounds import assert_share

ATTACKS: list[Eavesdropper] = [
    InterceptResend(fraction=0.5),
    InterceptResend(basis="Z"),
    InterceptResend(basis="Breidbart"),
    EntanglingProbe(strength=0.5),
    EntanglingProbe(fraction=0.5),
    OptimalCloner(disturbance=0.05),
    OptimalCloner(disturbance=0.25, fraction=0.3),
]


@pytest.mark.parametrize("sampler", ["exact", "shots"])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.describe())
def test_error_and_guess_rates(attack: Eavesdropper, sampler: str) -> None:
    # would catch: the wrong basis read out, a probe measured before the announcement, bits of Eve inverted
    n_pulses = 1_000_000 if sampler == "exact" else 200_000
    result = run_session(
        n_pulses=n_pulses, link=IDEAL_LINK, eavesdropper=attack, sampler=sampler, seed=3, max_qber=0.5
    )
    exchange, kept = result.exchange, result.channel.find(Subject.KEPT)
    bases = exchange.alice.bases[kept]
    wrong = exchange.alice.bits[kept] != exchange.bob.bits[kept]
    attacked = exchange.eve.tactics[kept] > 0
    right = exchange.eve.outcomes[kept] == exchange.alice.bits[kept]
    for basis in (Basis.Z, Basis.X):
        here = bases == basis
        effects = [tactic.effect(basis) for tactic in attack.tactics]
        error = attack.fraction * np.mean([effect.error for effect in effects])
        assert_share(np.count_nonzero(wrong & here), np.count_nonzero(here), error)
        seen = here & attacked
        guess = np.mean([effect.guess for effect in effects])
        assert_share(np.count_nonzero(right & seen), np.count_nonzero(seen), guess)
    guessed = round(result.eve.true_guess_rate * result.eve.n_sifted)
    assert_share(guessed, result.eve.n_sifted, attack.expected_guess())
