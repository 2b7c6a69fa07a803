"""The series of a chart, as `CurveChart` takes them: curves and points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def curve(name: str, style: int, x: Sequence[float], y: Iterable[float | None]) -> dict[str, Any]:
    """Return a curve of a `CurveChart`."""
    return {"name": name, "kind": "curve", "x": list(x), "y": list(y), "style": style}


def points(name: str, style: int, places: Iterable[tuple[float, float]]) -> list[dict[str, Any]]:
    """Return a series of points of a `CurveChart`, each given by x and y: a list, empty if there are none."""
    given = list(places)
    x, y = [place[0] for place in given], [place[1] for place in given]
    return [{"name": name, "kind": "points", "x": x, "y": y, "style": style}] if given else []
