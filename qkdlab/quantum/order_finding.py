"""Order finding, the quantum part of Shor's algorithm, for numbers so small that a pupil can factor them.

The order r of a modulo N is the smallest power with a^r = 1 (mod N). Who has it for a few a has the factors
of N (Shor, SIAM J. Comput. 26, 1484 (1997)). The circuit is the textbook's (Nielsen and Chuang, 5.3): a
counting register of t qubits in superposition controls multiplications by a, a², a⁴, …; the inverse Fourier
transform of the counting register gives a number c near a multiple of 2^t / r.

What is compiled away, so that nobody takes this for an attack on RSA:

- Each multiplication is one gate, "times", a permutation of the numbers 0 … 2^n - 1 that is computed
  beforehand, by going through all of them. For N of 2048 bits no computer can list them: there the
  multiplication must be built of adders, and that is nearly all of the cost.
- The multipliers a^(2^k) mod N are computed beforehand, as they are in earnest. But for N this small the list
  shows the order to whoever reads it: for 7 and 15 it begins 7, 4, 1.
- The qubits are perfect, and simulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from ..errors import shown
from ..values import check_count
from .gates.circuit import Circuit
from .gates.circuit_builder import CircuitBuilder
from .gates.circuit_text import circuit_text
from .gates.probabilities import Simulator, probabilities

FEWEST_COUNTING, MOST_COUNTING, LARGEST_MODULUS = 1, 9, 63


def _checked(base: int, modulus: int, n_counting: int) -> tuple[int, int, int]:
    """Return the three numbers that make a circuit; ``ValueError`` if they make none."""
    modulus = check_count("modulus", modulus, minimum=3, maximum=LARGEST_MODULUS)
    base = check_count("base", base, minimum=2, maximum=modulus - 1)
    if gcd(base, modulus) != 1:
        raise ValueError(f"base must share no factor with the modulus {modulus}, got {shown(base)}")
    n_counting = check_count("n_counting", n_counting, minimum=FEWEST_COUNTING, maximum=MOST_COUNTING)
    return base, modulus, n_counting


def multipliers(base: int, modulus: int, n_counting: int) -> tuple[int, ...]:
    """Return what the gates multiply by, a^(2^k) mod N for k = 0 … t - 1.

    With the bits x_k of x the product of those that are switched on is a^x (Nielsen and Chuang, 5.3.1).

    >>> multipliers(7, 15, 4), multipliers(2, 21, 4)
    ((7, 4, 1, 1), (2, 4, 16, 4))
    """
    base, modulus, n_counting = _checked(base, modulus, n_counting)
    return tuple(pow(base, 2**k, modulus) for k in range(n_counting))


def order_finding_circuit(base: int, modulus: int, n_counting: int, *, measured: bool = True) -> Circuit:
    """Return the circuit that finds the order of `base` modulo `modulus` (Nielsen and Chuang, 5.3.1).

    Parameters
    ----------
    base
        a, 2 … N - 1, without a common factor with N.
    modulus
        N, 3 … 63.
    n_counting
        Qubits t of the counting register, 1 … 9. The work register has as many as N - 1 has bits.
    measured
        Whether the counting register is measured in the end.

    Raises
    ------
    ValueError
        Naming the argument and the value that was refused.
    """
    base, modulus, n_counting = _checked(base, modulus, n_counting)
    n_work = (modulus - 1).bit_length()
    counting, work = range(n_counting), range(n_counting, n_counting + n_work)
    circuit = CircuitBuilder({"count": n_counting, "work": n_work}, {"c": n_counting} if measured else None)
    for qubit in counting:
        circuit.h(qubit)
    circuit.x(work[0])  # the number 1
    for control, factor in zip(counting, multipliers(base, modulus, n_counting), strict=True):
        circuit.times(factor, modulus, control, work)
    circuit.barrier()
    _inverse_fourier(circuit, n_counting)
    if measured:
        for qubit in counting:
            circuit.measure(qubit, qubit)
    return circuit.build()


def _inverse_fourier(circuit: CircuitBuilder, n_qubits: int) -> None:
    """Undo the Fourier transform of the first qubits, the lowest bit first in the register."""
    for low in range(n_qubits // 2):
        circuit.swap(low, n_qubits - 1 - low)
    for target in range(n_qubits):
        for control in range(target):
            circuit.cp(-np.pi / 2 ** (target - control), control, target)
        circuit.h(target)


def counting_distribution(
    base: int, modulus: int, n_counting: int, *, by: Simulator | None = None
) -> NDArray[np.float64]:
    """Return how likely each number c of the counting register is, by the circuit; shape (2^t,).

    `by` says whose statevector it is, as in `probabilities`.
    """
    shares = probabilities(order_finding_circuit(base, modulus, n_counting), by=by)
    return shares / float(np.sum(shares))


def expected_distribution(order: int, n_counting: int) -> NDArray[np.float64]:
    """Return the closed form of the same, for any a and N of this order; shape (2^t,).

    The counting register is left in x₀, x₀ + r, x₀ + 2r, … for a random x₀ < r (Shor 1997, section 5). With m
    such numbers, of which each has the amplitude e^{-2πi x c / 2^t} / 2^t in c, the geometric series gives
    P(c) = Σ_{x₀} sin²(π m r c / 2^t) / sin²(π r c / 2^t) / 4^t.

    >>> [round(float(share), 3) for share in expected_distribution(4, 3)]
    [0.25, 0.0, 0.25, 0.0, 0.25, 0.0, 0.25, 0.0]
    """
    order = check_count("order", order, minimum=1)
    size = 2 ** check_count("n_counting", n_counting, minimum=FEWEST_COUNTING, maximum=MOST_COUNTING)
    numbers = np.arange(size)
    rest = order * numbers % size
    peak, below = rest == 0, np.sin(np.pi * rest / size)
    total = np.zeros(size)
    for start in range(min(order, size)):
        terms = len(range(start, size, order))
        above = np.sin(np.pi * (terms * order * numbers % (2 * size)) / size)
        total += np.where(peak, terms**2, (above / np.where(peak, 1, below)) ** 2)
    shares: NDArray[np.float64] = total / size**2
    return shares


def convergents(numerator: int, denominator: int) -> list[tuple[int, int]]:
    """Return the convergents of a fraction from 0 to 1, by its continued fraction.

    With its terms aₙ, pₙ = aₙ pₙ₋₁ + pₙ₋₂, and qₙ likewise (Nielsen and Chuang, appendix 4.4).

    >>> convergents(427, 512)
    [(0, 1), (1, 1), (5, 6), (211, 253), (427, 512)]
    """
    denominator = check_count("denominator", denominator, minimum=1)
    numerator = check_count("numerator", numerator, maximum=denominator)
    found, (before, last) = [], ((0, 1), (1, 0))
    while denominator:
        whole, rest = divmod(numerator, denominator)
        before, last = last, (whole * last[0] + before[0], whole * last[1] + before[1])
        found.append(last)
        numerator, denominator = denominator, rest
    return found


def order_from(measured: int, *, base: int, modulus: int, n_counting: int) -> int | None:
    """Return the order that a measured number gives by continued fractions; None if it gives none.

    c / 2^t is near s / r for some s, which is among its convergents if it is off by 1 / (2r²) at most
    (Nielsen and Chuang, theorem 5.1). Those with a denominator below N are tried, and the first is taken
    whose denominator q has a^q = 1 (mod N), which anybody can check; multiples of the order pass, too, and
    come later. If s and r have a common factor, the denominator is too small, the check fails, and the
    circuit has to run again.

    >>> [order_from(c, base=7, modulus=15, n_counting=3) for c in (0, 2, 4, 6)]
    [None, 4, None, 4]
    """
    base, modulus, n_counting = _checked(base, modulus, n_counting)
    measured = check_count("measured", measured, maximum=2**n_counting - 1)
    for _, denominator in convergents(measured, 2**n_counting):
        if 0 < denominator < modulus and pow(base, denominator, modulus) == 1:
            return denominator
    return None


def factors_from(order: int | None, *, base: int, modulus: int) -> tuple[int, int] | None:
    """Return two factors of N that an order gives; None if it gives none, and another a has to be tried.

    For an even r, N divides (a^(r/2) - 1)(a^(r/2) + 1), and shares a factor with each unless it divides one
    (Nielsen and Chuang, theorem 5.2).

    >>> factors_from(4, base=7, modulus=15), factors_from(2, base=14, modulus=15)
    ((3, 5), None)
    """
    base, modulus = check_count("base", base), check_count("modulus", modulus, minimum=2)
    if order is None:
        return None
    order = check_count("order", order, minimum=1)
    if order % 2:
        return None
    one = gcd(pow(base, order // 2, modulus) - 1, modulus)
    other = modulus // one
    return (min(one, other), max(one, other)) if 1 < one < modulus else None


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderFinding:
    """Runs of the circuit, and what follows from each.

    Parameters
    ----------
    base, modulus, n_counting
        As in `order_finding_circuit`.
    measured
        What the counting register showed in each run.
    """

    base: int
    modulus: int
    n_counting: int
    measured: tuple[int, ...]

    @property
    def orders(self) -> tuple[int | None, ...]:
        """The order that each run gave; None where it gave none."""
        known = {"base": self.base, "modulus": self.modulus, "n_counting": self.n_counting}
        return tuple(order_from(one, **known) for one in self.measured)

    @property
    def factors(self) -> tuple[tuple[int, int] | None, ...]:
        """The factors that each run gave; None where it gave none."""
        return tuple(factors_from(order, base=self.base, modulus=self.modulus) for order in self.orders)

    @property
    def n_found(self) -> int:
        """How many runs gave the factors."""
        return sum(found is not None for found in self.factors)


def find_order(
    base: int, modulus: int, *, n_counting: int, n_runs: int, rng: np.random.Generator
) -> OrderFinding:
    """Run the circuit `n_runs` times: outcomes are drawn from its distribution.

    >>> run = find_order(7, 15, n_counting=4, n_runs=8, rng=np.random.default_rng(1))
    >>> sorted(set(run.measured)), {one for one in run.factors if one}
    ([0, 4, 8, 12], {(3, 5)})
    """
    n_runs = check_count("n_runs", n_runs, minimum=1, maximum=10**6)
    shares = counting_distribution(base, modulus, n_counting)
    drawn = rng.choice(len(shares), size=n_runs, p=shares)
    return OrderFinding(base=base, modulus=modulus, n_counting=n_counting, measured=tuple(drawn.tolist()))


def success_probability(base: int, modulus: int, n_counting: int, *, order: int) -> float:
    """Return how likely one run gives factors, by the closed form of the circuit and continued fractions.

    If r = 2^k divides 2^t, c / 2^t is s / r with each s as likely, and those s give r that are odd: every
    second. So it is 1/2 for such an a, unless a^(r/2) = -1.

    >>> success_probability(7, 15, 4, order=4), success_probability(14, 15, 4, order=2)
    (0.5, 0.0)
    """
    shares = expected_distribution(order, n_counting)
    known = {"base": base, "modulus": modulus}
    return float(
        sum(
            share
            for number, share in enumerate(shares.tolist())
            if factors_from(order_from(number, n_counting=n_counting, **known), **known)
        )
    )


def order_finding_drawing(base: int, modulus: int, n_counting: int) -> str:
    """Return the circuit drawn as text, without its measurement."""
    return circuit_text(order_finding_circuit(base, modulus, n_counting, measured=False))
