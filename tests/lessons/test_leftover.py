"""What hashing leaves of Eve's knowledge: exact values on small keys, and the leftover hash lemma."""

import numpy as np
import pytest

from lessons.leftover import all_keys, hashed_secrecy, mean_secrecy
from qkdlab.distillation.hashing.toeplitz import draw_seed, toeplitz_hash


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_a_key_of_which_nothing_is_known_stays_so(rng: np.random.Generator) -> None:
    """By a matrix of full rank it is uniform; a square one is singular half of the time.

    A random square Toeplitz matrix over GF(2) is singular with probability 1/2 (Daykin 1960): catches a
    matrix whose diagonals are not those of the seed.
    """
    keys, draws = all_keys(6), [draw_seed(6, 6, rng) for _ in range(400)]
    found = [hashed_secrecy(keys, seed) for seed in draws]
    perfect = [one.entropy == 6 for one in found]
    assert abs(np.mean(perfect) - 1 / 2) < 5 * np.sqrt(1 / 4 / 400)
    for one in found:
        assert one.best_guess == 2.0**-one.entropy  # uniform over its range
        assert one.distance == 1 - 2.0 ** (one.entropy - 6)


def test_the_hashes_are_those_of_the_package(rng: np.random.Generator) -> None:
    keys, seed = all_keys(7)[rng.integers(0, 128, 30)], draw_seed(7, 4, rng)
    hashes = [tuple(toeplitz_hash(key, seed).tolist()) for key in keys]
    shares = np.array([hashes.count(one) for one in set(hashes)]) / 30
    found = hashed_secrecy(keys, seed)
    assert found.best_guess == shares.max()
    assert np.isclose(found.entropy, -np.sum(shares * np.log2(shares)))
    everywhere = np.concatenate([shares, np.zeros(16 - len(shares))])
    assert np.isclose(found.distance, np.abs(everywhere - 1 / 16).sum() / 2)


def test_one_possible_key_is_no_secret(rng: np.random.Generator) -> None:
    found = hashed_secrecy(all_keys(5)[:1], draw_seed(5, 3, rng))
    assert (found.best_guess, found.entropy, found.distance) == (1, 0, 1 - 1 / 8)


def test_two_keys_give_one_hash_with_probability_2_to_the_minus_m(rng: np.random.Generator) -> None:
    """2-universal: of all seeds a share 2^-m takes two keys to one hash, whichever keys they are."""
    keys = all_keys(4)
    for pair in ([0, 15], [3, 5], [8, 9]):
        for m in (1, 2, 3):
            one_hash = [hashed_secrecy(keys[pair], seed).best_guess == 1 for seed in all_keys(4 + m - 1)]
            assert np.mean(one_hash) == 2.0**-m


def test_the_lemma_holds_and_a_long_hash_holds_no_more(rng: np.random.Generator) -> None:
    """Eve knows 5 of 10 bits. Catches a bound with a wrong exponent, and "hash to any length"."""
    keys = all_keys(10)
    left = keys[(keys[:, ::2] == 0).all(axis=1)]
    for m in (1, 2, 3, 5, 8, 10):
        found = mean_secrecy(left, m, 200, rng)
        assert found.distance <= 0.5 * 2 ** ((m - 5) / 2)
        assert found.entropy <= min(m, 5)
        assert found.best_guess >= max(2.0**-m, 2.0**-5)
    assert found.entropy > 4.9
    assert found.distance > 0.95


def test_refusals(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="n_hash must be"):
        hashed_secrecy(all_keys(3), np.zeros(2, dtype=np.uint8))
    with pytest.raises(ValueError, match="n_bits must be"):
        all_keys(17)
    with pytest.raises(ValueError, match="n_seeds must be"):
        mean_secrecy(all_keys(3), 1, 0, rng)
