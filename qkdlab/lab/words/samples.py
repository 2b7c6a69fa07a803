"""The words of the panel of samples."""

from typing import Final

SAMPLE_PANEL: Final = {
    "n_sample": "Bits compared",
    "again": "Draw 200 others",
    "again_hint": "Draw other samples of the same key",
    "title": "Wrong bits in 200 samples, with Eve on every photon",
    "statement": "Bits compared: {bits}. Of {runs} samples {none} show no error. "
    "The formula says {runs} × {right}^{bits} = {missed}.",
    "x": "wrong bits in the sample (24: or more)",
    "y": "samples",
    "missed": "no error: Eve is missed",
    "seen": "she is seen",
    "expected": "formula (binomial)",
}
