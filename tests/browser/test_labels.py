"""No label lies on another, is cut or sticks out, at any width of the component and with large text."""

from collections.abc import Callable
from typing import Any

import pytest
from ipywidgets import Widget
from playwright.sync_api import Browser

from qkdlab.lab.components import BarRows, CurveChart, KeyFunnel, QberGauge, VerdictLamp
from tests.browser.component_page import ComponentPage

WIDTHS = (260, 320, 420, 600, 900, 1200)

# Pairs of texts that lie on each other by more than two pixels, texts that are cut, and texts outside.
MEASURE = """() => {
    const root = document.querySelector('.qk');
    const texts = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement, text = node.textContent.trim();
        if (!text || !parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        if (parent.closest('.qk-hidden, title, style')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects())
            if (box.width && box.height) texts.push({ node, text, box });
    }
    const faults = [];
    const frame = root.getBoundingClientRect();
    texts.forEach(({ node, text, box }, i) => {
        if (box.left < frame.left - 1 || box.right > frame.right + 1) faults.push(`outside: ${text}`);
        for (let up = node.parentElement; up && up !== root; up = up.parentElement) {
            if (getComputedStyle(up).overflowX === 'visible' || up.matches('.scroll')) continue;
            const room = up.getBoundingClientRect();
            const beyond = box.right > room.right + 1 || box.left < room.left - 1;
            if (beyond || box.bottom > room.bottom + 3) faults.push(`cut: ${text}`);
        }
        for (const other of texts.slice(i + 1)) {
            if (other.node === node) continue;
            const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
            const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
            // boxes of letters are higher than letters
            const slack = 0.3 * Math.min(box.height, other.box.height);
            if (across > 2 && down > slack) faults.push(`${text} | ${other.text}`);
        }
    });
    return faults;
}"""


def gauge(scale_max: float = 0.5) -> QberGauge:
    labels = ("misalignment 3 %, detectors 12.5 %; 25 km, Eve 30 %", "25 km, no Eve")
    history = [{"label": label, "qber": 0.12, "verdict": "rejected", "expected": 0.1} for label in labels]
    return QberGauge(
        qber=0.083, lower=0.031, upper=0.171, expected=0.171, confidence=0.95, threshold=0.11, limit=0.0995,
        scale_max=scale_max, history=history * 4,
    )  # fmt: skip


def funnel(*counts: int) -> KeyFunnel:
    names = ("Pulses sent", "Detected", "Sifted", "Not disclosed", "Reconciled", "Secret key")
    note = "kept where both took the same basis"
    return KeyFunnel(
        stages=[{"name": name, "count": n, "note": note} for name, n in zip(names, counts, strict=True)],
        statement="0.000012 secret bits for each pulse",
    )


def chart(high: float, scale: str = "linear", unit: str = "number") -> CurveChart:
    low = 0.0 if scale == "linear" else high * 1e-9
    rates = {"label": "secret bits for each pulse that is sent", "low": low, "high": high, "scale": scale}
    curve = {"kind": "curve", "x": [0, 250], "y": [high, high / 7]}
    return CurveChart(
        title="Key rate against distance",
        x_axis={"label": "length of the fibre, km", "low": 0, "high": 250},
        y_axis={**rates, "unit": unit},
        series=[
            {"name": f"theory, with {word}", **curve} for word in ("single photons", "decoys", "weak pulses")
        ],
        lines=[
            {"axis": "x", "at": 120, "label": "no key beyond 120 km"},
            {"axis": "x", "at": 150, "label": "no key beyond 150 km"},
            {"axis": "y", "at": high * 0.98, "label": "above this no key"},
        ],
        at=130,
    )


def bars() -> BarRows:
    parts = [{"start": 0, "stop": 3, "kind": "kept"}, {"start": 3, "stop": 4, "kind": "taken"}]
    return BarRows(
        heading="Bits, from the sifted key to the secret one",
        statement="Few.",
        rows=[
            {"name": "told while errors were corrected", "value": "−12,345 → 123,456", "parts": parts},
            {"name": "kept", "value": "3 left", "parts": parts, "note": "a note that is some words long"},
        ],
        room=(0, 4),
        ticks=[{"at": at, "text": f"{at * 1_000_000:,}"} for at in range(5)],
        mark={"at": 3.9, "text": "half of the sifted bits"},
        legend=[{"kind": "kept", "text": "still unknown to Eve"}, {"kind": "taken", "text": "given away"}],
    )


def lamp() -> VerdictLamp:
    return VerdictLamp(
        state="accepted",
        reason="The error rate of 3.1 % is below the limit of 11 %, and a key of 123,456 bits is left.",
        eve={
            "state": "safe",
            "title": "EVE KNOWS NOTHING OF IT",
            "reason": "Her guess is as good as chance.",
        },
        figures=[
            {"name": "QBER", "value": "3.1 %", "note": "2.8 % to 3.3 %"},
            {"name": "key rate", "value": "1.2 × 10⁻³", "note": ""},
        ],
        changed="length 25 → 40 km",
    )


SHOWN: dict[str, Callable[[], Any]] = {
    "gauge": gauge,
    "gauge to 15 %": lambda: gauge(0.15),
    "funnel": lambda: funnel(1_000_000_000, 62_500, 31_250, 28_000, 27_999, 3),
    "funnel to scale": lambda: funnel(1_000_000, 625_000, 312_500, 280_000, 279_990, 0),
    "chart": lambda: chart(0.5, unit="percent"),
    "chart in millions": lambda: chart(12_500_000),
    "chart of powers": lambda: chart(1e-3, "log"),
    "bars": bars,
    "lamp": lamp,
}


@pytest.mark.parametrize("name", SHOWN)
def test_no_label_collides_is_cut_or_sticks_out(chromium: Browser, name: str) -> None:
    widget: Widget = SHOWN[name]()
    faults: dict[tuple[int, bool], list[str]] = {}
    with ComponentPage(chromium, widget, calm=True) as shown:
        for projector in (False, True):
            widget.projector = projector
            shown.push()
            for width in WIDTHS[name == "lamp" :]:  # the bar across a panel is never so narrow
                shown.page.set_viewport_size({"width": width + 32, "height": 900})
                shown.settle()
                if found := shown.page.evaluate(MEASURE):
                    faults[width, projector] = found
    assert not faults, "\n".join(f"{place}: {found}" for place, found in faults.items())
