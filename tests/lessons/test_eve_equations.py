"""What Eve can solve for: the algebra on small systems, and on sessions whose keys are known here."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from lessons.eve_equations import Equations, corrected_key, eve_equations, eve_uncertainty, unknown_of_hash
from qkdlab import IDEAL_LINK, AcceptedSession, EntanglingProbe, InterceptResend, SessionSettings, run_session
from qkdlab.distillation.channel import Subject
from qkdlab.distillation.hashing.toeplitz import draw_seed, toeplitz_hash

SETTINGS = SessionSettings(
    n_pulses=4000,
    link=IDEAL_LINK,
    eavesdropper=InterceptResend(fraction=0.1),
    security="asymptotic",
    max_qber=0.4,
    seed=7,
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_what_is_unknown_is_the_logarithm_of_the_number_of_solutions(rng: np.random.Generator) -> None:
    """Catches an elimination that counts equations which follow from others, or drops ones that do not."""
    n = 7
    for _ in range(40):
        key, rows = rng.integers(0, 2, n), rng.integers(0, 2, (int(rng.integers(1, 9)), n))
        equations = Equations(n)
        for row in rows:
            equations.add(row, int(row @ key % 2))
        fits = [x for x in product((0, 1), repeat=n) if np.array_equal(rows @ x % 2, rows @ key % 2)]
        assert len(fits) == 2**equations.n_unknown
        sums = rng.integers(0, 2, (5, n))
        values = {tuple(sums @ x % 2) for x in fits}
        assert len(values) == 2 ** equations.unknown_of(sums)
        assert len(fits) == 2**equations.n_unknown  # asking changes nothing


def test_a_full_system_gives_back_the_key(rng: np.random.Generator) -> None:
    key, equations = rng.integers(0, 2, 60), Equations(60)
    with pytest.raises(ValueError, match="equations must leave no bit unknown, got 60"):
        equations.solution()
    while equations.n_unknown:
        row = rng.integers(0, 2, 60)
        equations.add(row, int(row @ key % 2))
    assert np.array_equal(equations.solution(), key)
    with pytest.raises(ValueError, match="value must agree with the equations before"):
        equations.add(row, 1 - int(row @ key % 2))
    with pytest.raises(ValueError, match="coefficients must have 60 bits, got 2"):
        equations.add(row[:2], 0)


def test_identical_keys_that_eve_knows_to_the_last_bit() -> None:
    """Full interception, corrected all the same. Catches a claim that QBER 0 after correction is secure."""
    result = run_session(replace(SETTINGS, eavesdropper=InterceptResend()))
    assert result.distillation.verified
    equations = eve_equations(result)
    assert equations.n_unknown == 0
    assert np.array_equal(equations.solution(), corrected_key(result))
    assert not result.accepted


@pytest.mark.parametrize("cascade", ["original", "modified (1)", "modified (4)", "modified (8)"])
def test_the_stages_of_a_session(cascade: str) -> None:
    """Certain bits, parities and hash each take what they tell, and the key is wholly unknown.

    Equations contradict each other, and `add` raises, if a parity were put to other places than those that
    Alice summed (a permutation forgotten, a pass confused).
    """
    result = run_session(replace(SETTINGS, cascade=cascade))
    assert isinstance(result, AcceptedSession)
    assert result.eve
    done = result.distillation.correction
    assert done
    unknown = eve_uncertainty(result)
    n_certain = unknown.n_bits - unknown.sifted
    expected = 0.05 * unknown.n_bits  # a tenth of the pulses, in the right basis half of the time
    assert abs(n_certain - expected) < 5 * np.sqrt(expected)
    assert 0 < unknown.sifted - unknown.corrected <= done.alice_leak
    assert unknown.corrected - unknown.verified <= (result.distillation.tag_bits or 0)
    assert unknown.key == unknown.key_length == result.key_length
    assert unknown.key_length < unknown.verified


def test_the_hash_of_the_equations_is_the_key_of_the_session() -> None:
    """Catches rows of the Toeplitz matrix in another order than the hash, or the account's bits kept."""
    result = run_session(replace(SETTINGS, eavesdropper=InterceptResend(fraction=0.0)))
    assert isinstance(result, AcceptedSession)
    hashed = toeplitz_hash(corrected_key(result), result.channel.find(Subject.AMPLIFICATION_SEED))
    assert np.array_equal(hashed[-result.key_length :], result.key.bits)


def test_a_hash_that_is_too_long_holds_no_more_than_was_unknown(rng: np.random.Generator) -> None:
    known = eve_equations(run_session(SETTINGS))
    n, left = known.n_bits, known.n_unknown
    assert unknown_of_hash(known, draw_seed(n, left - 20, rng)) == left - 20
    assert unknown_of_hash(known, draw_seed(n, n, rng)) == left
    bits = rng.integers(0, 2, (3, n), dtype=np.uint8)  # the same rows as the hash itself
    seed = draw_seed(n, 2, rng)
    rows = np.array([seed[row : row + n][::-1] for row in range(2)])
    assert all(np.array_equal(rows @ x % 2, toeplitz_hash(x, seed)) for x in bits)


def test_other_sessions_are_refused() -> None:
    for eve in (None, EntanglingProbe(), InterceptResend(basis="Breidbart")):
        with pytest.raises(ValueError, match="eavesdropper must be InterceptResend"):
            eve_equations(run_session(replace(SETTINGS, eavesdropper=eve)))
    stopped = run_session(replace(SETTINGS, eavesdropper=InterceptResend(), max_qber=0.11))
    for result in (stopped, run_session(replace(SETTINGS, correction="ldpc"))):
        with pytest.raises(ValueError, match="result must be corrected by Cascade, got"):
            eve_uncertainty(result)
