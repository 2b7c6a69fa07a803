"""Samplers that do what some devices do, for tests."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from qiskit.primitives import (
    BaseSamplerV2,
    BitArray,
    DataBin,
    PrimitiveResult,
    SamplerPubResult,
    StatevectorSampler,
)


class Job:
    """A job whose result is there already."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def result(self) -> Any:
        return self._result


class RecordingSampler(BaseSamplerV2):
    """Draws from statevectors, and keeps what it was asked: the shots of the circuits, job by job."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self._inner = StatevectorSampler(seed=np.random.default_rng(1))

    def run(self, pubs: Iterable[Any], *, shots: int | None = None) -> Job:
        pubs = list(pubs)
        self.asked.append([pub[2] for pub in pubs])
        return Job(self.changed(self._inner.run(pubs).result()))

    def changed(self, result: Any) -> Any:
        """What becomes of a result before it is returned."""
        return result


def with_shots(result: PrimitiveResult, change: Any) -> PrimitiveResult:
    """The result with `change` made to the shots of every register, an array of bytes of shape (n, 1)."""
    return PrimitiveResult(
        [
            SamplerPubResult(
                DataBin(
                    **{name: BitArray(change(bits.array), bits.num_bits) for name, bits in part.data.items()},
                    shape=(),
                )
            )
            for part in result
        ]
    )


class SortedSampler(RecordingSampler):
    """Returns shots in the order of their values, as devices do that keep counts only; for one register."""

    def changed(self, result: Any) -> Any:
        return with_shots(result, lambda array: np.sort(array, axis=0))


class ShortSampler(RecordingSampler):
    """Returns one shot less than it was asked for."""

    def changed(self, result: Any) -> Any:
        return with_shots(result, lambda array: array[:-1])


class ForgetfulSampler(RecordingSampler):
    """Returns one circuit less than it was asked for."""

    def changed(self, result: Any) -> Any:
        return PrimitiveResult(list(result)[:-1])


class NamelessSampler(RecordingSampler):
    """Returns no registers."""

    def changed(self, result: Any) -> Any:
        return PrimitiveResult([SamplerPubResult(DataBin()) for _ in result])


class BreakingSampler(RecordingSampler):
    """Breaks at its job number `last`, counted from 1."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self.last = last

    def run(self, pubs: Iterable[Any], *, shots: int | None = None) -> Job:
        if len(self.asked) + 1 == self.last:
            raise RuntimeError("the cryostat is warm")
        return super().run(pubs, shots=shots)
