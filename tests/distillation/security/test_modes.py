"""What the security modes are, each by its name."""

import pytest

from qkdlab.distillation.estimation.error_rate import QberEstimate
from qkdlab.distillation.estimation.witnesses import Witnesses
from qkdlab.distillation.security.evidence import Evidence
from qkdlab.distillation.security.modes import SECURITY_MODES


@pytest.mark.parametrize("name", SECURITY_MODES)
def test_a_mode_that_ignores_chance_gives_as_much_a_bit_however_few_bits_there_are(name: str) -> None:
    mode = SECURITY_MODES[name]()

    def per_bit(scale: int) -> float:
        sample = QberEstimate(n_sample=1_000 * scale, n_errors=20 * scale)
        evidence = Evidence(
            n_pulses=20_000 * scale,
            n_detected=10_000 * scale,
            n_key=4_000 * scale,
            witnesses=Witnesses(estimate=sample),
            leaked_bits=700 * scale,
            tag_bits=0,
        )
        return mode.balance(evidence) / scale

    few, many = per_bit(1), per_bit(1_000_000)
    assert few <= many * (1 + 1e-12)
    assert (few == pytest.approx(many, rel=1e-9)) is mode.ignores_chance
