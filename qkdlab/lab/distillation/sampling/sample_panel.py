"""The panel of samples: how many bits must be compared so that Eve is not missed?"""

from __future__ import annotations

from functools import lru_cache

import ipywidgets as widgets
import numpy as np
from numpy.typing import NDArray

from ....attacks.qubit_attacks import InterceptResend
from ....link import IDEAL_LINK
from ....session.session import run_session
from ....values import check_count, frozen
from ...components import CurveChart
from ...components.text import words_for
from ...frame.frame import Panel
from ...frame.guide import Guide, guide_line
from ...sessions.facts import sifted_signals
from ..guide import SAMPLE_GUIDE
from .sample_chart import errors_in_samples, samples_chart

N_RUNS, MOST_BITS = 200, 60
EVE = InterceptResend()


@lru_cache(maxsize=1)
def intercepted_key() -> NDArray[np.bool_]:
    """Return which sifted bits are wrong if Eve intercepts all of 100,000 pulses; shape (n_sifted,)."""
    result = run_session(n_pulses=100_000, link=IDEAL_LINK, eavesdropper=EVE, seed=7)
    return frozen(sifted_signals(result)[1])


class SamplePanel(Panel):
    """A slider for the size of a sample, and what 200 samples of one intercepted key show.

    Parameters
    ----------
    n_sample
        Bits that are compared at first, 1 … 60; ``ValueError`` for others.
    guide
        Whether it asks guided questions, its own or others that are given.
    """

    def __init__(self, n_sample: int = 10, *, guide: Guide = False) -> None:
        super().__init__()
        self.guide = guide_line(guide, SAMPLE_GUIDE)
        words = words_for("sample_panel")
        self._draw_number = 0
        self.size = widgets.IntSlider(
            value=check_count("n_sample", n_sample, minimum=1, maximum=MOST_BITS),
            min=1,
            max=MOST_BITS,
            description=words["n_sample"],
            continuous_update=False,
            style={"description_width": "initial"},
            layout={"width": "380px"},
        )
        self.size.add_class("qk-control")
        self.size.observe(lambda _: self._fill(), "value")
        self.again = widgets.Button(description=words["again"], tooltip=words["again_hint"])
        self.again.add_class("qk-sweep")  # as wide as its words
        self.again.on_click(self._on_again)
        self.chart = CurveChart()
        self._assemble([self.size, self.again], [self.chart], [self.chart])
        self._fill()

    def _on_again(self, _button: object) -> None:
        self._draw_number += 1
        self._fill()

    def _fill(self) -> None:
        n_sample = self.size.value
        rng = np.random.default_rng([n_sample, self._draw_number])
        errors = errors_in_samples(intercepted_key(), n_sample, N_RUNS, rng)
        self.chart.show(**samples_chart(errors, n_sample, EVE.expected_error()))

    def _told(self) -> str:
        return str(self.chart.statement)
