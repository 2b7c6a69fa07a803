"""What charts say of the gains of a run: what theory expects without Eve, on what axis they are drawn."""

import numpy as np
import pytest

from qkdlab import GYS_LINK, LIM_LINK, RUSCA_LINK, Link, PhotonNumberSplitting, run_session
from qkdlab.lab.components import CurveChart
from qkdlab.lab.components.text import power_text
from qkdlab.lab.sessions.gain_charts import free_gain, gains_chart, gains_seen


@pytest.mark.parametrize("link", [LIM_LINK, RUSCA_LINK], ids=["afterpulses", "dead time"])
def test_gains_without_eve_are_those_of_detectors_that_remember(link: Link) -> None:
    # would catch: a vacuum pulse taken for all that the detectors remember, 3.3e-6 for 1.5e-4: then what is
    # told to be a line without Eve is not this line, which has none
    result = run_session(n_pulses=10**7, link=link, seed=7, security="asymptotic")
    chart = gains_chart(result)
    curve, _ = chart["series"]
    for name, mean, seen in gains_seen(result):
        if seen is None:
            continue
        free = free_gain(link, mean)
        assert abs(seen.qber - free) < 5 * (free / seen.n_sample) ** 0.5
        assert np.interp(mean, curve["x"], curve["y"]) == pytest.approx(free, rel=0.02)
        assert f"{name}: {power_text(seen.qber)} (formula without Eve: {power_text(free)})" in chart["statement"]
