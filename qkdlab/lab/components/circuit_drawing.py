"""A drawing of a quantum circuit: wires, gates, measurements, and who does what."""

from typing import Any, ClassVar, Final

import traitlets

from ...errors import shown
from ...values import check_count
from .base import Component, check_finite, check_record, check_text, module_text, style_text, synced

_GATE: Final = frozenset({"name", "qubits", "parameters", "clbits"})


def _check_list(name: str, value: Any, check: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name} must be a list, got {shown(value)}")
    return [check(f"{name}[{index}]", item) for index, item in enumerate(value)]


def _check_gate(name: str, value: Any) -> dict[str, Any]:
    gate = check_record(name, value, _GATE, frozenset())
    return {
        "name": check_text(f"{name}['name']", gate["name"]),
        "qubits": _check_list(f"{name}['qubits']", gate["qubits"], check_count),
        "parameters": _check_list(f"{name}['parameters']", gate["parameters"], check_finite),
        "clbits": _check_list(f"{name}['clbits']", gate["clbits"], check_count),
    }


class CircuitDrawing(Component):
    """A circuit as wires and gates; it is cut into rows where it is wider than its room.

    Parameters
    ----------
    gates
        ``{"name": str, "qubits": [int], "parameters": [radians], "clbits": [int]}`` in order, as
        `qkdlab.quantum.circuits.gate_list` gives them; controls stand before the target.
    wires
        The name of each qubit, from the top.
    sections
        Who acts before the first barrier, after it, and so on.
    statement
        The circuit in a sentence; it stands above, and is what a screen reader says.
    """

    _section: ClassVar = "circuit_drawing"
    _shown_in_repr: ClassVar = ("statement",)
    _esm = module_text(__file__)
    _css = style_text(__file__)

    gates = synced(lambda name, value: _check_list(name, value, _check_gate), ())
    wires = synced(lambda name, value: _check_list(name, value, check_text), ())
    sections = synced(lambda name, value: _check_list(name, value, check_text), ())
    statement = synced(check_text, "")

    def _summary(self) -> str:
        return str(self.statement or self.words["summary_empty"])

    @traitlets.observe("statement")
    def _told(self, change: object) -> None:
        self._summarise(change)
