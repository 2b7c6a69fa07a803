"""Still pictures of a qubit and of clicks, for readers without a kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians, sin
from typing import TYPE_CHECKING, Any

import numpy as np

from ...quantum.qubit_state import QubitState
from ...values import Basis
from ..components.figures import BLUE, GREEN, GREY, VERMILION, Drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TONES = (BLUE, VERMILION)


def qubit_drawing(state: QubitState, basis: Basis, words: Mapping[str, str], text: str) -> Drawing:
    """Return the drawing of a state: light in the room left, the circle of straight swings right."""

    def draw(axes: Axes) -> None:
        turn = np.linspace(0, 2 * np.pi, 181)
        for centre, title in ((0.0, words["room"]), (3.2, words["ball"])):
            axes.plot(centre + np.cos(turn), np.sin(turn), color=GREY, lw=1)
            axes.text(centre, 1.35, title, ha="center")
        theta, phi = radians(state.angle_deg), radians(state.phase_deg)
        axes.plot(
            0.9 * cos(theta) * np.cos(turn), 0.9 * sin(theta) * np.cos(turn - phi), color="black", lw=2.5
        )
        if basis is not Basis.Y:
            for bit, tone in enumerate(_TONES):
                at = radians(45 * basis + 90 * bit)
                x, y = np.array([-1.15, 1.15]) * cos(at), np.array([-1.15, 1.15]) * sin(at)
                axes.plot(x, y, "--", color=tone, lw=1.2)
                axes.text(1.22 * cos(at), 1.22 * sin(at), str(bit), color=tone, ha="center", va="center")
        right, _, up = state.direction
        axes.annotate("", (3.2 + right, up), (3.2, 0), arrowprops={"arrowstyle": "-|>", "lw": 2.5})
        for name, place in (("|0⟩", (0, 1.14)), ("|1⟩", (0, -1.14)), ("|+⟩", (1.2, 0)), ("|−⟩", (-1.2, 0))):
            axes.text(3.2 + place[0], place[1], name, ha="center", va="center", color=GREY)
        label = f"θ = {state.angle_deg:g}°, 2θ = {2 * state.angle_deg:g}°"
        axes.text(1.6, -1.42, label, ha="center", va="center", color=GREEN, weight="bold")
        axes.set(xlim=(-1.5, 4.7), ylim=(-1.6, 1.6), aspect="equal")
        axes.axis("off")

    return Drawing(draw=draw, text=text, height=3.2, wide=True)


def clicks_drawing(cells: Sequence[Mapping[str, Any]], words: Mapping[str, str], text: str) -> Drawing:
    """Return the drawing of clicks: for each measurement the share of detector 0, its interval, the law."""

    def draw(axes: Axes) -> None:
        for place, cell in enumerate(cells):
            n, zeros = len(cell["clicks"]), cell["clicks"].count("0")
            axes.barh(place, zeros, height=0.5, color=BLUE, alpha=0.75)
            axes.barh(
                place, n - zeros, left=zeros, height=0.5, color="none", edgecolor=VERMILION, hatch="////"
            )
            if n:
                axes.plot([cell["lower"], cell["upper"]], [place, place], "|-", color="black", lw=2, ms=12)
            axes.text(n, place, f"  {zeros} / {n - zeros}" if n else words["not_yet"], va="center")
            if cell["expected"] is not None:
                axes.plot(n * cell["expected"], place - 0.36, "v", color=GREEN, ms=9)
        axes.set_yticks(range(len(cells)), [cell["title"] for cell in cells])
        most = max((len(cell["clicks"]) for cell in cells), default=0) or 10
        axes.set(xlim=(0, most), ylim=(len(cells) - 0.5, -0.6))
        axes.set_xlabel(words["counts"])
        axes.spines[["top", "right"]].set_visible(False)

    return Drawing(draw=draw, text=text, height=0.9 + 0.55 * len(cells), wide=True)
