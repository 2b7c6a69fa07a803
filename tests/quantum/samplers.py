"""The samplers that need no device, by name, for tests of either."""

import pytest

SAMPLERS = ("exact", pytest.param("shots", marks=pytest.mark.qiskit("shots on Aer")))
