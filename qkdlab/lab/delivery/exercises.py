"""The exercises of the notebook on encryptors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from ...delivery.hybrid import KEY_BYTES
from ...errors import shown
from ..learning.exercise import TRIALS, Exercise, NotYet, function_check
from ..learning.number_answers import is_boolean, judge_number

KEY_BITS = 8 * KEY_BYTES

# ---- rotate in time ----------------------------------------------------------------------------------------


def interval_for(bytes_per_second: float, most_bytes: float, key_rate: float) -> float:
    """Return after how many seconds keys change so that none is used for more bytes; 0 if too few come.

    >>> interval_for(1e6, 1e7, 100), interval_for(1e6, 1e7, 20)
    (10.0, 0.0)
    """
    seconds = most_bytes / bytes_per_second
    return seconds if KEY_BITS / seconds <= key_rate else 0.0


def _traffic(rng: np.random.Generator) -> Iterator[tuple[float, float, float]]:
    yield 1e6, 1e7, 100.0
    yield 1e6, 1e7, 20.0
    for _ in range(TRIALS):
        bytes_per_second, most_bytes = (round(float(x), -3) for x in 10 ** rng.uniform((5, 6), (8, 10)))
        needed = KEY_BITS * bytes_per_second / most_bytes
        yield bytes_per_second, most_bytes, round(needed * float(rng.choice([0.5, 0.9, 1.1, 3])), 3)


def _judge_interval(got: Any, bytes_per_second: float, most_bytes: float, key_rate: float) -> None:
    expected = interval_for(bytes_per_second, most_bytes, key_rate)
    longest = most_bytes / bytes_per_second
    case = f"{bytes_per_second:,.10g} bytes/s, {most_bytes:,.10g} bytes a key, {key_rate:g} bit/s of key"
    judge_number(
        got,
        expected,
        case=case,
        concepts={
            8 * longest: "bytes are counted here, not bits: both numbers are bytes.",
            1 / longest: "that is how many keys a second; the seconds for each key are asked for.",
            longest: f"a key of {KEY_BITS} bits every {longest:g} s is more than the link makes.",
            0.0: f"a key of {KEY_BITS} bits every {longest:g} s is no more than the link makes.",
        },
        otherwise="how long does it take until so many bytes have crossed?",
    )


ROTATION_TIME = Exercise(
    name="after how many seconds keys change",
    examine=function_check("interval", _traffic, _judge_interval),
    hints=(
        "After how many seconds has one key been used for `most` bytes?",
        "Every so many seconds 256 new bits are needed. How many is that a second?",
        "If that is more than `rate`, return 0; otherwise the seconds.",
    ),
    answer="lambda speed, most, rate: most / speed if 256 * speed / most <= rate else 0",
    because=(
        "A key is used up by what it protects, and a link that makes too few keys cannot replace it in "
        "time: then the encryptors wait, or do without."
    ),
)

# ---- a key ID that tells -----------------------------------------------------------------------------------

ID_DIGITS, SHORT_KEY_BYTES = 16, 2


def telltale_id(key: bytes) -> str:
    """Return a bad name for a key: it is computed from it, where it should be random.

    >>> telltale_id(b"ab")
    'fb8e20fc2e4c3f24'
    """
    return sha256(key).hexdigest()[:ID_DIGITS]


def _ids(rng: np.random.Generator) -> Iterator[tuple[str]]:
    for key in (b"\x00\x00", b"\xff\xff", *(rng.bytes(SHORT_KEY_BYTES) for _ in range(3))):
        yield (telltale_id(key),)


def _judge_crack(got: Any, key_id: str) -> None:
    case = f"for the name {key_id} you give {shown(got)}"
    if not isinstance(got, bytes | bytearray):
        raise NotYet(f"{case}; bytes are asked for, such as bytes([1, 2]).")
    if telltale_id(bytes(got)) != key_id:
        concepts = ((len(got) != SHORT_KEY_BYTES, f"The key has {SHORT_KEY_BYTES} bytes."),)
        raise NotYet.of(case, concepts, f"Its name is {telltale_id(bytes(got))}.")


TELLTALE_ID = Exercise(
    name="the key that a bad key ID gives away",
    examine=function_check("crack", _ids, _judge_crack),
    hints=(
        "The rule is public: the name is sha256(key).hexdigest()[:16]. So a guess can be checked.",
        "There are only 65,536 keys of two bytes: try them all.",
        "A key is bytes, not text: str(number) is never found. number.to_bytes(2) makes two bytes of a "
        "number from 0 to 65,535.",
    ),
    answer=(
        "lambda name: next(key for key in (number.to_bytes(2) for number in range(65536)) "
        "if __import__('hashlib').sha256(key).hexdigest()[:16] == name)"
    ),
    because=(
        "A name that is computed from the key lets anybody check a guess. A random name, such as a UUID of "
        "version 4 (a name with 122 random bits), has nothing to do with the key: all keys are as likely as "
        "before, so it may travel in the clear."
    ),
)

# ---- how long the pool lasts -------------------------------------------------------------------------------


def lasting_seconds(stored: float, made: float, every: float) -> float:
    """Return how long stored bits last while more are made, with a key of 256 bits every so many seconds.

    >>> lasting_seconds(25_600, 0, 10), lasting_seconds(25_600, 100, 1), lasting_seconds(25_600, 300, 1)
    (1000.0, 164.10256410256412, inf)
    """
    falls = KEY_BITS / every - made
    return stored / falls if falls > 0 else math.inf


def _pools(rng: np.random.Generator) -> Iterator[tuple[float, float, float]]:
    yield 25_600.0, 0.0, 10.0
    yield 25_600.0, 300.0, 1.0
    for _ in range(TRIALS):
        every = round(float(rng.uniform(0.5, 60)), 1)
        share = float(rng.choice([0, 0.3, 0.8, 1.5]))
        yield float(rng.integers(1, 1000) * KEY_BITS), round(share * KEY_BITS / every, 2), every


def _judge_lasting(got: Any, stored: float, made: float, every: float) -> None:
    expected = lasting_seconds(stored, made, every)
    case = f"{stored:,.10g} bits in store, {made:g} bit/s made, a key every {every:g} s"
    if expected == math.inf:
        if is_boolean(got) or isinstance(got, str) or float(got) != math.inf:
            told = "more bits are made than used: the store never runs empty, so return math.inf."
            raise NotYet(f"for {case} you give {shown(got)}: {told}")
        return
    judge_number(
        got,
        expected,
        case=case,
        concepts={
            stored / KEY_BITS * every: "that is right only while no bits are made.",
            stored / KEY_BITS: "that is how many keys are in store.",
            math.inf: "more bits are used than made: at some time the store is empty.",
            stored / (KEY_BITS / every + made): "bits that are made fill the store: it lasts longer.",
        },
        otherwise="by how many bits a second does the store become less?",
    )


POOL_LASTS = Exercise(
    name="how long the stored keys last",
    examine=function_check("lasts", _pools, _judge_lasting),
    hints=(
        "How many bits a second do the encryptors take?",
        "The store becomes less by what is taken, less what is made.",
        "If more is made than taken, it never runs empty: math.inf.",
    ),
    answer=(
        "lambda stored, made, every: stored / (256 / every - made) if 256 / every > made else float('inf')"
    ),
    because=(
        "The store falls by what is taken less what is made. Eve on the quantum link sets the second to 0: "
        "from then on, changing keys half as often makes the store last twice as long."
    ),
)

# ---- what an attacker needs --------------------------------------------------------------------------------


def epochs_read(epochs: Sequence[set[str]], has: set[str]) -> int:
    """Return how many epochs, from the first, somebody reads who has these secrets of every epoch.

    >>> epochs_read([{"QKD", "PQC"}, {"PQC"}], {"PQC"}), epochs_read([{"PQC"}, {"QKD"}], {"PQC"})
    (0, 1)
    """
    return next((place for place, needs in enumerate(epochs) if not needs <= has), len(epochs))


_MADE_OF = ({"QKD", "PQC"}, {"QKD"}, {"PQC"})


def _sessions(rng: np.random.Generator) -> Iterator[tuple[list[set[str]], set[str]]]:
    yield [{"QKD", "PQC"}, {"PQC"}, {"PQC"}], {"PQC"}
    yield [{"PQC"}, {"PQC"}, {"QKD", "PQC"}, {"PQC"}], {"PQC"}
    for _ in range(TRIALS):
        made = [set(_MADE_OF[int(rng.integers(3))]) for _ in range(int(rng.integers(1, 6)))]
        yield made, {name for name in ("QKD", "PQC") if rng.random() < 0.6}


def _judge_reads(got: Any, epochs: list[set[str]], has: set[str]) -> None:
    expected = epochs_read(epochs, has)
    told = " ".join("+".join(sorted(one, reverse=True)) for one in epochs)
    case = (
        f"epochs made of {told}, and an attacker with {' and '.join(sorted(has, reverse=True)) or 'nothing'}"
    )
    judge_number(
        got,
        expected,
        case=case,
        concepts={
            sum(
                needs <= has for needs in epochs
            ): "the keys of an epoch are made of those before, too: after "
            "one that she cannot read she reads none.",
            sum(bool(needs & has) for needs in epochs): "an epoch made of both takes both secrets.",
        },
        otherwise=f"the first that she cannot read is number {expected + 1}.",
    )


ATTACKER_NEEDS = Exercise(
    name="how many epochs an attacker reads",
    examine=function_check("reads", _sessions, _judge_reads),
    hints=(
        "To read an epoch she needs every secret that it was made of: `needs <= has` for sets.",
        "She needs the keys of the epoch before as well. So where does it end?",
        "Go through the epochs in turn, count, and stop at the first that she cannot read.",
    ),
    answer=(
        "lambda epochs, has: "
        "next((n for n, needs in enumerate(epochs) if not set(needs) <= set(has)), len(epochs))"
    ),
    because=(
        "Each epoch is made of its own secrets and of the chain from the one before. One epoch that she "
        "cannot read closes all that follow, even those made of ML-KEM alone."
    ),
)
