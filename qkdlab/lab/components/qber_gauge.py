"""The QBER gauge: the estimate and its interval against the threshold, and the runs before."""

from typing import Any, ClassVar, Final

import numpy as np

from ...errors import shown
from ...values import check_count, check_open_probability, check_probability
from .base import (
    Component,
    check_finite,
    check_numbers,
    check_record,
    check_text,
    followed_controls,
    list_of,
    module_text,
    one_of,
    optional,
    record_of,
    style_text,
    synced,
)
from .figures import Drawing, bar, bars_drawing
from .text import percent_text

VERDICTS: Final = ("accepted", "broken", "rejected", "too_few")
"""How a run in the history may have ended."""

_CURVE: Final = frozenset({"x", "y", "at"})
_share = optional(check_probability)
_NUMBERS: Final = dict.fromkeys(("qber", "lower", "upper", "expected"), _share)
_RUN: Final = record_of(
    {**_NUMBERS, "label": check_text, "verdict": one_of(*VERDICTS)}, lower=None, upper=None, expected=None
)


def _check_theory(name: str, value: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be a dict of curves by the name of a control, got {shown(value)}")
    curves = {}
    for control, item in value.items():
        at = f"{name}[{control!r}]"
        curve = check_record(at, item, _CURVE, frozenset())
        x = check_numbers(f"{at}['x']", curve["x"], gaps=False)
        y = check_numbers(f"{at}['y']", curve["y"], len(x), gaps=True)
        shares = [_share(f"{at}['y'][{index}]", one) for index, one in enumerate(y)]
        curves[control] = {"x": x, "y": shares, "at": check_finite(f"{at}['at']", curve["at"])}
    return curves


class QberGauge(Component):
    """The quantum bit error rate on a scale with the threshold marked, above the history of earlier runs.

    Parameters
    ----------
    qber, lower, upper
        The estimate and its interval, as shares of 1; None where there is no data, which is never drawn as 0.
    confidence
        The confidence of the interval, such as 0.95, named beside it; None leaves it unnamed.
    threshold
        The QBER above which there is no key.
    limit
        The QBER from which on error correction leaves no key, or None; marked if below the threshold. 0 means
        that no QBER gives a key, for want of a proof: then the threshold is not marked.
    limit_text
        What stands at the limit, if it is not error correction, or not a proof, that is to blame.
    expected
        What the formula gives, or None to leave it out.
    theory, followed
        What the formula would give if a control stood elsewhere: by the name of the control
        ``{"x": [float], "y": [float | None], "at": float}``, `x` rising and `at` where the control stood for
        `expected`. As one of the controls of `followed`, ``{name: slider}``, moves, the mark of the formula
        moves in the browser, without the kernel.
    history
        Runs, oldest first: ``{"label": str, "qber": float | None, "verdict": one of VERDICTS}`` and, if
        wanted, "lower", "upper" and "expected". The newest `history_rows` are shown; the room for them is
        always kept. With 0 there is no history, and the legend is of this run alone.
    scale_max
        The right end of the scale, as a share of 1.
    """

    _section: ClassVar = "qber_gauge"
    _told_of: ClassVar = (*_NUMBERS, "threshold", "limit", "limit_text")
    _shown_in_repr: ClassVar = ("qber", "lower", "upper", "expected", "threshold")
    _esm = module_text(__file__)
    _css = style_text(__file__)

    qber = synced(_share, None)
    lower = synced(_share, None)
    upper = synced(_share, None)
    expected = synced(_share, None)
    theory = synced(_check_theory, {})
    followed = followed_controls()
    confidence = synced(optional(check_open_probability), None)
    threshold = synced(check_open_probability, 0.11)
    limit = synced(_share, None)
    limit_text = synced(check_text, "")
    scale_max = synced(check_open_probability, 0.5)
    history = synced(list_of(_RUN, "runs"), ())
    history_rows = synced(lambda name, value: check_count(name, value, maximum=50), 6)

    @property
    def _lowest(self) -> float:
        """The QBER above which there is no key, for whatever reason."""
        ends = (self.threshold, self.limit)
        return min(float(end) for end in ends if end is not None)

    def _summary(self) -> str:
        if self.qber is None:
            text = self.words["summary_none"]
        else:
            interval = ""
            if self.lower is not None and self.upper is not None:
                lower, upper = percent_text(self.lower), percent_text(self.upper)
                interval = self.words["summary_interval"].format(lower=lower, upper=upper)
            limit = self._lowest
            side = "above" if self.qber > self.threshold else "costly" if self.qber > limit else "below"
            side = side if limit else "unproven"
            text = self.words[f"summary_{side}"].format(
                qber=percent_text(self.qber),
                interval=interval,
                threshold=percent_text(self.threshold),
                limit=percent_text(limit),
            )
            if self.limit_text and side in ("costly", "unproven"):
                said = {"qber": percent_text(self.qber), "interval": interval, "text": self.limit_text}
                text = self.words["summary_limit_text"].format(**said)
        if self.expected is not None:
            text += self.words["summary_expected"].format(expected=percent_text(self.expected))
        return str(text)

    def data(self) -> list[dict[str, Any]]:
        """Return this run, the formula, and the runs before."""
        figure, words = self.words["title"], self.words
        now = {"name": words["now"], "value": self.qber, "low": self.lower, "high": self.upper}
        runs = [
            {
                "name": one["label"],
                "value": one["qber"],
                "low": one.get("lower"),
                "high": one.get("upper"),
                "note": words[f"legend_{one['verdict']}"],
            }
            for one in self.history
        ]
        formula = {"name": words["expected"], "value": self.expected}
        return [{"figure": figure, **one} for one in (now, formula, *runs)]

    def drawing(self) -> Drawing:
        """Return what a still picture shows of the gauge: this run and the formula, without the history."""
        words, told = self.words, self.words["no_interval"]
        rows = [bar(words["now"], words["no_data"])]
        if self.qber is not None:
            lower, upper = self.lower or 0.0, self.qber if self.upper is None else self.upper
            known = words["interval" if self.confidence is None else "interval_at"]
            ends = {"lower": percent_text(lower), "upper": percent_text(upper)}
            told = known.format(confidence=f"{100 * (self.confidence or 0):g} %", **ends)
            kind = "warning" if not self._lowest or self.qber > self._lowest else "kept"
            rows = [
                bar(words["now"], percent_text(self.qber), (0.0, self.qber, kind), (lower, upper, "taken"))
            ]
        if self.expected is not None:
            rows.append(bar(words["expected"], percent_text(self.expected), (0.0, self.expected, "kept")))
        limits = {"threshold": self.threshold, "limit": self.limit} if self._lowest else {"unproven": 0.0}
        told_at = {"limit": self.limit_text, "unproven": self.limit_text}
        marks = [
            {"at": at, "text": told_at.get(name) or words[name].format(**{name: percent_text(at)})}
            for name, at in limits.items()
            if at is not None and at <= self.threshold
        ]
        ticks = [{"at": at, "text": f"{100 * at:g} %"} for at in np.linspace(0, self.scale_max, 6).tolist()]
        heading, room = f"{words['title']}: {told}", (0.0, self.scale_max)
        return bars_drawing(heading, rows, room, self.summary, ticks=ticks, marks=marks)
