"""Runs of a million pulses, made once and looked at by many tests."""

from collections.abc import Callable
from functools import cache

import pytest

from qkdlab import IDEAL_LINK, InterceptResend, Link
from qkdlab.exchange.run import Exchange, Generators, run_exchange
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.sampling import get_sampler

Run = Callable[..., Exchange]


@pytest.fixture(scope="session")
def run() -> Run:
    """Return a function that runs an exchange with a fixed seed, and remembers it."""

    @cache
    def run(
        n_pulses: int = 1_000_000,
        fraction: float | None = None,
        link: Link = IDEAL_LINK,
        sampler: str = "exact",
        seed: int = 20_260_101,
    ) -> Exchange:
        return run_exchange(
            n_pulses,
            protocol=BB84,
            link=link,
            eavesdropper=None if fraction is None else InterceptResend(fraction=fraction),
            sampler=get_sampler(sampler),
            generators=Generators.from_seed(seed),
        )

    return run
