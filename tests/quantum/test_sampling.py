"""Both samplers behind one interface: right shares, independent draws, seeds."""

import numpy as np
import pytest

from qkdlab.attacks.qubit_attacks import InterceptResend
from qkdlab.quantum.circuits import circuit_table
from qkdlab.quantum.protocols import BB84, PROTOCOLS, get_protocol
from qkdlab.quantum.sampling import get_sampler, outcome_distribution
from tests.bounds import assert_distribution, assert_same_distribution, assert_share
from tests.quantum.samplers import SAMPLERS

EVE = InterceptResend()
COIN = (0 * 1 + 0) * 2 + 1  # signal |0⟩, no Eve, measured in X


@pytest.mark.parametrize("name", ["", "Exact"])
def test_unknown_samplers_are_refused(name) -> None:
    with pytest.raises(ValueError, match=r"^sampler must be one of 'exact', 'shots', got "):
        get_sampler(name)


@pytest.mark.parametrize("name", SAMPLERS)
def test_every_circuit_has_its_distribution(name) -> None:
    # would catch: Bob's and Eve's bit swapped, outcomes given to the wrong pulse or the wrong circuit
    table = circuit_table(BB84, EVE.tactics, 0.2)
    index = np.random.default_rng(1).integers(0, len(table.circuits), 240_000).astype(np.uint16)
    outcome = get_sampler(name).sample(table, index, np.random.default_rng(2))
    assert (outcome.dtype, outcome.shape) == (np.dtype(np.uint8), index.shape)
    for i, shares in enumerate(outcome_distribution(table)):
        assert_distribution(np.bincount(outcome[index == i], minlength=4), shares)


class Ends:
    """A generator whose every number is the same, at an end of its range."""

    def __init__(self, number: float) -> None:
        self.number = number

    def random(self, size: int) -> np.ndarray:
        return np.full(size, self.number)


@pytest.mark.parametrize("number", [0.0, np.nextafter(1, 0)])
@pytest.mark.parametrize("name", PROTOCOLS)
def test_no_draw_gives_an_outcome_of_probability_0(name: str, number: float) -> None:
    # would catch: steps that rounding leaves a little below 1, or a number on a step taken for the one below
    table = circuit_table(get_protocol(name), EVE.tactics, 0.013)
    index = np.arange(len(table.circuits), dtype=np.uint16)
    outcome = get_sampler("exact").sample(table, index, Ends(number))
    assert (outcome_distribution(table)[index, outcome] > 0).all()


@pytest.mark.parametrize("name", SAMPLERS)
def test_draws_are_independent_in_the_order_of_the_pulses(name) -> None:
    # would catch: outcomes handed out in sorted order, one circuit replaying the draws of another
    table = circuit_table(BB84, (), 0.0)
    n = 100_000
    index = np.full(n, COIN, dtype=np.uint16)
    coins = get_sampler(name).sample(table, index, np.random.default_rng(3)).astype(bool)
    assert_share(np.count_nonzero(coins), n, 0.5)
    assert_share(np.count_nonzero(coins[: n // 2]), n // 2, 0.5)
    assert_share(np.count_nonzero(coins[: n // 100]), n // 100, 0.5)
    for lag in (1, 2, 3, 8, 64):
        assert_share(np.count_nonzero(coins[lag:] == coins[:-lag]), n - lag, 0.5)
    # runs: after any three equal outcomes the next is still a coin toss
    triple = (coins[:-3] == coins[1:-2]) & (coins[1:-2] == coins[2:-1])
    assert_share(np.count_nonzero(coins[3:][triple] == coins[2:-1][triple]), np.count_nonzero(triple), 0.5)


@pytest.mark.parametrize("counts", [(20_000, 20_000), (20_000, 19_000), (20_001, 20_000)])
@pytest.mark.parametrize("name", SAMPLERS)
def test_the_draws_of_two_circuits_are_independent(name, counts) -> None:
    # would catch: one seed replayed for every circuit, which Aer does for circuits of unequal shot numbers
    table = circuit_table(BB84, (), 0.0)
    coins = np.repeat(np.array([COIN, 3], dtype=np.uint16), counts)  # |0⟩ and |1⟩, measured in X
    outcome = get_sampler(name).sample(table, coins, np.random.default_rng(4))
    one, other = outcome[: counts[0]], outcome[counts[0] :]
    # at every shift at once: 40,000 shifts of chance stay below 0.05, one replayed sequence shows as 1
    spectra = [np.fft.rfft(2.0 * draws - 1, 1 << 16) for draws in (one, other)]
    correlation = np.fft.irfft(spectra[0] * spectra[1].conj()) / min(counts)
    assert np.abs(correlation).max() < 0.05
    n = min(counts)
    assert_share(np.count_nonzero(one[-n:] == other[-n:]), n, 0.5, rules_out=0.6)


@pytest.mark.parametrize("name", SAMPLERS)
def test_seeds(name) -> None:
    table = circuit_table(BB84, EVE.tactics, 0.1)
    index = np.arange(24_000, dtype=np.uint16) % 24
    sampler = get_sampler(name)
    rng = np.random.default_rng(5)
    first, second = (sampler.sample(table, index, rng) for _ in range(2))
    assert not np.array_equal(first, second)
    coins = (index == COIN * 3) | (index == 1)  # signal |0⟩ untouched, measured in X
    assert_share(np.count_nonzero(first[coins] == second[coins]), np.count_nonzero(coins), 0.5, rules_out=0.8)
    assert np.array_equal(first, sampler.sample(table, index, np.random.default_rng(5)))
    assert not np.array_equal(first, sampler.sample(table, index, np.random.default_rng(6)))


@pytest.mark.parametrize("name", SAMPLERS)
def test_sure_outcomes_are_sure(name) -> None:
    table = circuit_table(BB84, (), 0.0)
    for signal, state in enumerate(BB84.signals):
        same = np.full(20_000, signal * 2 + int(state.basis), dtype=np.uint16)
        outcome = get_sampler(name).sample(table, same, np.random.default_rng(signal))
        assert np.all(outcome == state.bit)


@pytest.mark.parametrize("name", SAMPLERS)
def test_no_pulses_and_one_pulse(name) -> None:
    table = circuit_table(BB84, EVE.tactics, 0.0)
    sampler = get_sampler(name)
    assert sampler.sample(table, np.zeros(0, dtype=np.uint16), np.random.default_rng(0)).shape == (0,)
    one = sampler.sample(table, np.array([23], dtype=np.uint16), np.random.default_rng(0))
    assert one.shape == (1,)


@pytest.mark.qiskit("shots on Aer")
def test_the_two_samplers_agree_on_an_uneven_distribution() -> None:
    table = circuit_table(BB84, EVE.tactics, 0.35)
    index = np.random.default_rng(7).integers(0, 24, 200_000).astype(np.uint16)
    counts = [
        np.bincount(
            index * np.uint16(4) + get_sampler(name).sample(table, index, np.random.default_rng(8)),
            minlength=96,
        )
        for name in ("exact", "shots")
    ]
    assert_same_distribution(counts[0].reshape(24, 4), counts[1].reshape(24, 4))


@pytest.mark.qiskit("shots on Aer")
def test_aer_gets_a_fresh_seed_on_each_call(monkeypatch) -> None:
    from qiskit_aer import primitives

    seeds = []
    real = primitives.SamplerV2

    def spy(*, seed):
        seeds.append(seed)
        return real(seed=seed)

    monkeypatch.setattr(primitives, "SamplerV2", spy)
    table, rng = circuit_table(BB84, (), 0.0), np.random.default_rng(9)
    for _ in range(3):
        get_sampler("shots").sample(table, np.array([COIN] * 10, dtype=np.uint16), rng)
    assert len(set(seeds)) == 3
    assert all(type(seed) is int for seed in seeds)
