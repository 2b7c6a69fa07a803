"""Where no security is claimed for a key, the bar says so, and why."""

from dataclasses import replace

import pytest

from qkdlab import GENERIC_LINK, Detector, FiniteSecurity, SessionSettings
from qkdlab.lab.sessions.facts import no_claim

BASE = SessionSettings(n_pulses=1000, link=GENERIC_LINK, seed=1)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (BASE, ""),
        (replace(BASE, security="asymptotic"), "the textbook mode ignores chance"),
        (replace(BASE, security="classroom"), "the classroom mode ignores chance"),
        (replace(BASE, security=FiniteSecurity(charge_bob=False)), "what Bob announces is not charged"),
        # before: no reason, beside "finite key (with ε)"
        (
            replace(BASE, link=replace(GENERIC_LINK, detector=Detector(mismatch=0.25))),
            "detectors not alike at all times; the proof takes detection that ignores the basis",
        ),
    ],
    ids=["finite", "textbook", "classroom", "Bob", "mismatch"],
)
def test_why_no_security_is_claimed(settings: SessionSettings, why: str) -> None:
    assert no_claim(settings) == (f"No security is claimed: {why}." if why else "")
    assert (settings.epsilon is None) == bool(why)
