"""Order finding against closed forms, arithmetic done by hand, and Qiskit's own sampler."""

from fractions import Fraction
from math import gcd

import numpy as np
import pytest

from qkdlab.quantum.gates.circuit_builder import CircuitBuilder
from qkdlab.quantum.gates.qiskit_circuit import to_qiskit
from qkdlab.quantum.gates.statevector import amplitudes
from qkdlab.quantum.order_finding import (
    _inverse_fourier,
    convergents,
    counting_distribution,
    expected_distribution,
    factors_from,
    find_order,
    multipliers,
    order_finding_circuit,
    order_finding_drawing,
    order_from,
    success_probability,
)
from tests.bounds import assert_distribution, assert_share

ORDERS_OF_15 = {2: 4, 4: 2, 7: 4, 8: 4, 11: 2, 13: 4, 14: 2}
"""By hand: 2, 4, 8, 1; 4, 1; 7, 4, 13, 1; 8, 4, 2, 1; 11, 1; 13, 4, 7, 1; 14, 1."""


@pytest.mark.parametrize("base", ORDERS_OF_15)
@pytest.mark.parametrize("n_counting", [3, 4])
def test_the_circuit_gives_the_closed_form(base: int, n_counting: int) -> None:
    # would catch: a Fourier transform of the wrong sign or bit order, a permutation of the wrong numbers
    shares = counting_distribution(base, 15, n_counting)
    assert np.allclose(shares, expected_distribution(ORDERS_OF_15[base], n_counting), atol=1e-9)


@pytest.mark.parametrize(("base", "modulus", "order"), [(2, 21, 6), (4, 21, 3), (2, 33, 10), (3, 7, 6)])
def test_orders_that_are_no_power_of_two_give_the_closed_form_too(
    base: int, modulus: int, order: int
) -> None:
    # peaks between two numbers: only then do the phases matter. c and 2^t - c are as likely as each other, so
    # that a wrong sign would not show here: the Fourier transform is held against its matrix below
    assert np.allclose(counting_distribution(base, modulus, 6), expected_distribution(order, 6), atol=1e-9)


def test_the_fourier_transform_is_the_inverse_one() -> None:
    size, columns = 8, []
    for number in range(size):  # the matrix column by column: what becomes of each number
        circuit = CircuitBuilder({"q": 3})
        for qubit in range(3):
            if number >> qubit & 1:
                circuit.x(qubit)
        _inverse_fourier(circuit, 3)
        columns.append(amplitudes(circuit.build()))
    x = np.arange(size)
    assert np.allclose(np.transpose(columns), np.exp(-2j * np.pi * np.outer(x, x) / size) / np.sqrt(size))


def test_closed_form_by_summing_amplitudes() -> None:
    size, order = 32, 6
    x = np.arange(size)
    for number in range(size):
        waves = np.exp(-2j * np.pi * x * number / size) / size
        total = sum(abs(waves[x % order == start].sum()) ** 2 for start in range(order))
        assert expected_distribution(order, 5)[number] == pytest.approx(total, abs=1e-12)
    assert expected_distribution(order, 5).sum() == pytest.approx(1)


@pytest.mark.qiskit("its own sampler")
def test_qiskits_sampler_draws_from_it() -> None:
    from qiskit.primitives import StatevectorSampler

    circuit, shots = to_qiskit(order_finding_circuit(2, 21, 4)), 40_000
    sampler = StatevectorSampler(seed=np.random.default_rng(4))
    counts = sampler.run([circuit], shots=shots).result()[0].data.c.get_int_counts()
    seen = np.array([counts.get(number, 0) for number in range(16)])
    assert_distribution(seen, expected_distribution(6, 4))


@pytest.mark.parametrize("base", ORDERS_OF_15)
def test_half_of_the_runs_give_the_factors_unless_the_base_is_a_bad_one(base: int) -> None:
    # s = 0 and, at order 4, s = 2 fail: φ(r) / r = 1/2. 14 = -1: its order is found and gives no factor
    expected = 0.0 if base == 14 else 0.5
    assert success_probability(base, 15, 4, order=ORDERS_OF_15[base]) == pytest.approx(expected)
    run = find_order(base, 15, n_counting=4, n_runs=4_000, rng=np.random.default_rng(base))
    assert_share(run.n_found, 4_000, expected, rules_out=0.75)
    assert {one for one in run.factors if one} == (set() if base == 14 else {(3, 5)})
    assert {one for one in run.orders if one} == {ORDERS_OF_15[base]}


def test_for_15_two_counting_qubits_do_as_well_as_eight_and_for_21_they_do_not() -> None:
    assert {success_probability(7, 15, t, order=4) for t in range(2, 9)} == {0.5}
    assert success_probability(7, 15, 1, order=4) == 0
    shares = [success_probability(2, 21, t, order=6) for t in (3, 5, 9)]
    assert shares[0] < shares[1] < shares[2]
    # φ(6)/6 = 1/3 of the runs have s and r without a common factor; a few more are near by chance
    assert 0.28 < shares[2] < 0.36


@pytest.mark.parametrize("modulus", [15, 21, 33])
def test_what_is_called_an_order_is_one_or_a_multiple(modulus: int) -> None:
    for base in (one for one in range(2, modulus) if gcd(one, modulus) == 1):
        order = next(r for r in range(1, modulus) if pow(base, r, modulus) == 1)
        found = {order_from(c, base=base, modulus=modulus, n_counting=6) for c in range(64)} - {None}
        assert all(one % order == 0 for one in found if one)


def test_of_two_denominators_that_pass_the_smaller_is_the_order() -> None:
    # 6/16 has the convergents 1/2 and 3/8, and both 4² and 4⁸ are 1. But with 8 there are no factors
    assert {q for _, q in convergents(6, 16) if pow(4, q, 15) == 1} == {2, 8}
    assert order_from(6, base=4, modulus=15, n_counting=4) == 2
    assert factors_from(2, base=4, modulus=15) == (3, 5)
    assert factors_from(8, base=4, modulus=15) is None


def test_convergents_are_the_best_fractions_of_their_size() -> None:
    for numerator in range(1, 64):
        for p, q in convergents(numerator, 64):
            nearest = Fraction(numerator, 64).limit_denominator(q)
            off = abs(Fraction(p, q) - Fraction(numerator, 64))
            assert q == 1 or off == abs(nearest - Fraction(numerator, 64))
        p, q = convergents(numerator, 64)[-1]
        assert Fraction(p, q) == Fraction(numerator, 64)


def test_what_is_compiled_away_shows() -> None:
    assert multipliers(7, 15, 3) == (7, 4, 1)
    assert "×4 mod 15" in order_finding_drawing(7, 15, 3)
    assert order_finding_circuit(7, 15, 3).n_qubits == 3 + 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((5, 15, 4), "base must share no factor with the modulus 15, got 5"),
        ((1, 15, 4), "base must be at least 2"),
        ((7, 64, 4), "modulus must be at least 3 and at most 63"),
        ((7, 15, 10), "n_counting must be at least 1 and at most 9"),
        ((7, 15, 2.5), "n_counting must be a whole number"),
    ],
)
def test_what_makes_no_circuit_is_refused(arguments: tuple[int, int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        order_finding_circuit(*arguments)


def test_factors_need_an_even_order() -> None:
    assert factors_from(None, base=7, modulus=15) is None
    assert factors_from(3, base=4, modulus=21) is None
    assert factors_from(6, base=2, modulus=21) == (3, 7)
    # would catch: "unsupported operand type(s) for ** or pow()" for numbers out of an array
    assert factors_from(np.int64(6), base=np.uint8(2), modulus=np.int32(21)) == (3, 7)
    for wrong in ({"order": 4.0}, {"base": 7.0}, {"modulus": "15"}):
        with pytest.raises(ValueError, match="must be a whole number, got "):
            factors_from(**{"order": 4, "base": 7, "modulus": 15} | wrong)
