"""A pytest plugin that makes Qiskit and Aer unimportable: ``pytest -p tests.no_qiskit`` (make no-qiskit).

Tests with the marker ``qiskit`` are skipped, for the reason that it gives; no other may need Qiskit.
"""

import sys
from importlib.machinery import ModuleSpec

import pytest


class NoQiskit:
    """A finder that finds no module of Qiskit."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name.startswith("qiskit"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def loaded() -> list[str]:
    return sorted(name for name in sys.modules if name.startswith("qiskit"))


def pytest_configure() -> None:
    assert not loaded(), "load this plugin before anything that imports Qiskit"
    sys.meta_path.insert(0, NoQiskit())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if marker := item.get_closest_marker("qiskit"):
            item.add_marker(pytest.mark.skip(reason=f"needs Qiskit: {marker.args[0]}"))


def pytest_sessionfinish() -> None:
    assert not loaded(), "Qiskit was imported all the same"
