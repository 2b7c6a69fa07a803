"""Error texts are part of the interface: tests compare them whole."""

import re

import pytest


def expect_refusal(message: str, error: type[Exception] = ValueError) -> pytest.RaisesExc:
    """Return a context that expects `error` with exactly this text."""
    return pytest.raises(error, match=rf"\A{re.escape(message)}\Z")
