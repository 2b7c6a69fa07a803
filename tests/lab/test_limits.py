"""The error rate from which error correction leaves no key."""

import pytest

from qkdlab import AsymptoticSecurity, FiniteSecurity
from qkdlab.distillation.security import Security
from qkdlab.lab.limits import correction_limit
from qkdlab.values import binary_entropy


@pytest.mark.parametrize(
    ("security", "about"),
    [(FiniteSecurity(), 0.052), (FiniteSecurity(charge_bob=False), 0.095), (AsymptoticSecurity(), 0.095)],
)
def test_where_error_correction_leaves_no_key(security: Security, about: float) -> None:
    limit = correction_limit(security)
    assert limit == pytest.approx(about, abs=5e-4)
    for qber, sign in ((0.99 * limit, 1), (1.01 * limit, -1)):
        assert sign * (1 - binary_entropy(qber) - security.long_run_leak(qber)) > 0
