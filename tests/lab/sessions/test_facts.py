"""What theory says in the charts of a session."""

from dataclasses import replace

import pytest

from qkdlab import GYS_LINK, IDEAL_LINK, InterceptResend, Link, SessionSettings
from qkdlab.lab.sessions.facts import errors_added
from qkdlab.values import Basis


@pytest.mark.parametrize("link", [IDEAL_LINK, Link(length_km=50), GYS_LINK], ids=["ideal", "fibre", "decoys"])
@pytest.mark.parametrize(
    ("basis", "added"),
    [("Z", {Basis.X}), ("X", {Basis.Z}), ("random", {Basis.Z, Basis.X}), (None, set())],
)
def test_who_measures_in_one_basis_adds_errors_in_the_other(link: Link, basis, added) -> None:
    eve = InterceptResend(basis=basis, fraction=0.1) if basis else None
    settings = SessionSettings(n_pulses=1000, seed=1, link=link, eavesdropper=eve, security="asymptotic")
    assert errors_added(settings) == added
    rare = eve and replace(eve, fraction=1e-4)  # a share of 2.5 or 5 × 10⁻⁵ more errors
    assert errors_added(replace(settings, eavesdropper=rare)) == frozenset()


def test_where_bases_are_not_announced_nothing_is_said_of_them() -> None:
    settings = SessionSettings(
        n_pulses=1000, seed=1, eavesdropper=InterceptResend(), protocol="SARG04", security="asymptotic"
    )
    assert errors_added(settings) is None
