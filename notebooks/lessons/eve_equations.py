"""What Eve has in hand about the corrected key: linear equations, which she can solve.

After intercept-resend in Z and X a sifted bit is either known to Eve or a coin toss to her. All that is
said about it afterwards is linear over GF(2): a parity is the sum of some bits, and so is every bit of the
verification hash and of the final key. To her the key may be any solution of her equations, each equally
likely, so what she does not know of it is a number of bits: its length less the equations that do not
follow from others. That is no bound on what another attack could learn; it is all that this one did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qkdlab.attacks.qubit_attacks import InterceptResend
from qkdlab.attacks.readings import eve_readings
from qkdlab.distillation.channel import PublicChannel, Subject
from qkdlab.distillation.hashing.polynomial import PolynomialHash
from qkdlab.errors import shown
from qkdlab.lab.distillation.comparison import undisclosed_keys
from qkdlab.session.session import AcceptedSession, SessionResult
from qkdlab.values import Bits, as_bits, check_count, read_only

Equation = tuple[Bits, int]
"""Coefficients, shape (n,), and the sum of the bits where they are 1."""


class Equations:
    """Linear equations over GF(2) about n bits; those that follow from others are dropped.

    Parameters
    ----------
    n_bits
        The number n of bits that they are about.

    >>> equations = Equations(3)
    >>> [equations.add(row, value) for row, value in (([1, 1, 0], 1), ([0, 1, 1], 0), ([1, 0, 1], 1))]
    [True, True, False]
    >>> equations.n_unknown, equations.add([1, 0, 0], 1), equations.solution().tolist()
    (1, True, [1, 0, 0])
    """

    def __init__(self, n_bits: int) -> None:
        self.n_bits = check_count("n_bits", n_bits, minimum=1)
        # an equation is a number: its value in bit 0, the coefficient of the key's first bit in bit 1, …
        self._rows: dict[int, int] = {}  # by length; no two are equally long

    def __repr__(self) -> str:
        return f"Equations({self.n_bits} bits, {len(self._rows)} equations)"

    @property
    def n_unknown(self) -> int:
        """Bits that remain unknown: there are 2 to this power solutions."""
        return self.n_bits - len(self._rows)

    def add(self, coefficients: Bits, value: int) -> bool:
        """Take up that the bits where `coefficients`, shape (n,), are 1 sum to `value`; say if that is new.

        ``ValueError`` if it contradicts what is known.
        """
        rest = _reduced(self._rows, self._number(coefficients) | int(value))
        if rest == 1:
            raise ValueError(f"value must agree with the equations before, got {shown(value)}")
        if rest:
            self._rows[rest.bit_length()] = rest
        return rest != 0

    def unknown_of(self, sums: Iterable[Bits]) -> int:
        """Return how many bits are unknown of several sums, each given by its coefficients, shape (n,).

        The sums may be anything if it is as many as they are.
        """
        rows = dict(self._rows)
        for coefficients in sums:
            rest = _reduced(rows, self._number(coefficients))
            if rest > 1:  # the value, bit 0, does not matter here
                rows[rest.bit_length()] = rest
        return len(rows) - len(self._rows)

    def solution(self) -> Bits:
        """Return the n bits, uint8; ``ValueError`` if some of them are unknown."""
        if self.n_unknown:
            raise ValueError(f"equations must leave no bit unknown, got {self.n_unknown}")
        found, bits = 1, []
        for place in range(self.n_bits):  # the row of this length is about this bit and bits before it
            bits.append((self._rows[place + 2] & found).bit_count() & 1)
            found |= bits[-1] << place + 1
        return read_only(np.array(bits), np.uint8)

    def _number(self, coefficients: Bits) -> int:
        bits = as_bits("coefficients", coefficients)
        if len(bits) != self.n_bits:
            raise ValueError(f"coefficients must have {self.n_bits} bits, got {len(bits)}")
        return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little") << 1


def _reduced(rows: dict[int, int], row: int) -> int:
    while (known := rows.get(row.bit_length())) is not None:
        row ^= known
    return row


@dataclass(frozen=True, kw_only=True, slots=True)
class EveUncertainty:
    """How many bits of what Alice holds are unknown to Eve, stage by stage.

    Parameters
    ----------
    n_bits, key_length
        Length of the sifted key that was not disclosed, and of the final key, 0 without one.
    sifted, corrected, verified
        Unknown bits of the sifted key: after Eve's measurement, with the parities of correction, and with
        the hash of verification.
    key
        Unknown bits of the final key: all of them if Eve knows nothing of it.
    """

    n_bits: int
    key_length: int
    sifted: int
    corrected: int
    verified: int
    key: int


def corrected_key(result: SessionResult) -> Bits:
    """Return the key after correction as Alice holds it, in the order of the pulses; see `eve_equations`."""
    attack, keys = result.settings.eavesdropper, undisclosed_keys(result)
    if not isinstance(attack, InterceptResend) or attack.basis != "random":
        raise ValueError(f"eavesdropper must be InterceptResend() in random bases, got {shown(attack)}")
    said = any(message.subject is Subject.PARITY for message in result.channel.messages)
    if keys is None or not said:
        raise ValueError(f"result must be corrected by Cascade, got {shown(result)}")
    return keys[0]


def eve_equations(result: SessionResult) -> Equations:
    """Return what Eve knows of Alice's corrected key: what she measured, the parities, the hash.

    The bits are in the order of the pulses. ``ValueError`` if the attack is not intercept-resend in random
    bases or the session did not come to correction by Cascade.
    """
    equations = Equations(len(corrected_key(result)))
    for stage in _stages(result):
        _add_all(equations, stage)
    return equations


def eve_uncertainty(result: SessionResult) -> EveUncertainty:
    """Return how many bits are unknown to Eve after each stage of a session; see `eve_equations`.

    >>> from qkdlab import IDEAL_LINK, InterceptResend, run_session
    >>> eve = InterceptResend(fraction=0.1)
    >>> result = run_session(
    ...     n_pulses=3000, link=IDEAL_LINK, eavesdropper=eve, security="asymptotic", seed=3
    ... )
    >>> unknown = eve_uncertainty(result)
    >>> unknown.n_bits > unknown.sifted > unknown.corrected > unknown.key == unknown.key_length
    True
    """
    equations = Equations(len(corrected_key(result)))
    sifted, corrected, verified = (_add_all(equations, stage) for stage in _stages(result))
    length, unknown = result.key_length, 0
    if isinstance(result, AcceptedSession):
        seed = result.channel.find(Subject.AMPLIFICATION_SEED)
        n_hash = len(seed) - equations.n_bits + 1
        unknown = unknown_of_hash(equations, seed[n_hash - length :])  # the first bits went to the account
    return EveUncertainty(
        n_bits=equations.n_bits,
        key_length=length,
        sifted=sifted,
        corrected=corrected,
        verified=verified,
        key=unknown,
    )


def unknown_of_hash(equations: Equations, seed: Bits) -> int:
    """Return how many bits of the Toeplitz hash under a public seed, shape (n + m - 1,), are unknown."""
    n = equations.n_bits
    return equations.unknown_of(seed[row : row + n][::-1] for row in range(len(seed) - n + 1))


def _add_all(equations: Equations, stage: Iterable[Equation]) -> int:
    for coefficients, value in stage:
        equations.add(coefficients, value)
    return equations.n_unknown


def _stages(result: SessionResult) -> Iterator[Iterable[Equation]]:
    """Yield what Eve learns of the key in each stage."""
    alice, channel = corrected_key(result), result.channel
    yield ((_mask(len(alice), [place]), int(alice[place])) for place in _certain_places(result))
    yield _parities(channel, len(alice))
    point = channel.find(Subject.HASH_SEED)
    hashed = PolynomialHash(point)
    columns = [hashed(_mask(len(alice), [place])) for place in range(len(alice))]  # it is linear
    yield zip(np.transpose(columns), channel.find(Subject.TAG).tolist(), strict=True)


def _certain_places(result: SessionResult) -> NDArray[np.int64]:
    """Return which bits of the key Eve read in the right basis."""
    eve, settings, channel = result.exchange.eve, result.settings, result.channel
    if eve is None or settings.eavesdropper is None:
        return np.zeros(0, dtype=np.int64)
    attack, noise = settings.eavesdropper, settings.link.depolarizing_probability
    readings = eve_readings(settings.protocol_table, attack.tactics, noise, attack.response(settings.link))
    certain = readings.certain[channel.find(Subject.ANNOUNCED), eve.tactics, eve.outcomes]
    return np.flatnonzero(certain[channel.find(Subject.KEPT)][~channel.find(Subject.SAMPLE)])


def _parities(channel: PublicChannel, n_bits: int) -> Iterator[Equation]:
    """Yield the blocks of Cascade whose parity was told, and the parity."""
    orders, question = [np.arange(n_bits)], np.zeros((3, 0), dtype=np.int64)
    for message in channel.messages:
        if message.subject is Subject.PERMUTATION:
            orders.append(np.random.default_rng(int(message.payload)).permutation(n_bits))
        elif message.subject is Subject.QUESTION:
            question = message.payload
        elif message.subject is Subject.PARITY:
            for (number, start, stop), parity in zip(question.T, message.payload, strict=True):
                yield _mask(n_bits, orders[number][start:stop]), int(parity)


def _mask(n_bits: int, places: NDArray[np.int64] | list[int]) -> Bits:
    mask = np.zeros(n_bits, dtype=np.uint8)
    mask[places] = 1
    return mask
