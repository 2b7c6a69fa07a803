"""A drawing of a quantum circuit: wires, gates, measurements, and who does what."""

from typing import Any, ClassVar, Final

import traitlets

from ...errors import shown
from ...quantum.gates.circuit_text import gate_label
from ...values import check_count
from .base import Component, check_finite, check_text, list_of, module_text, record_of, style_text, synced
from .figures import Drawing, circuit_drawing

_GATE: Final = record_of(
    {
        "name": check_text,
        "qubits": list_of(check_count),
        "parameters": list_of(check_finite),
        "clbits": list_of(check_count),
        "text": check_text,
    },
    text="",
)


def _check_gate(name: str, value: Any) -> dict[str, Any]:
    gate = _GATE(name, value)
    return {**gate, "text": gate_label(gate["name"], gate["parameters"])}


class CircuitDrawing(Component):
    """A circuit as wires and gates; it is cut into rows where it is wider than its room.

    Parameters
    ----------
    gates
        ``{"name": str, "qubits": [int], "parameters": [radians], "clbits": [int]}`` in order, as
        the `gate_list` of a circuit gives them; controls stand before the target. What stands in a
        gate's box is added as "text".
    wires
        The name of each qubit, from the top.
    sections
        Who acts before the first barrier, after it, and so on.
    statement
        The circuit in a sentence; it stands above, and is what a screen reader says.
    """

    _section: ClassVar = "circuit_drawing"
    _told_of: ClassVar = ("statement", "gates", "wires", "sections")
    _shown_in_repr: ClassVar = ("statement",)
    _esm = module_text(__file__)
    _css = style_text(__file__)

    gates = synced(list_of(_check_gate), ())
    wires = synced(list_of(check_text), ())
    sections = synced(list_of(check_text), ())
    statement = synced(check_text, "")

    def show(self, **traits: Any) -> None:
        """Set several traits in one message; the order in which they are named does not matter."""
        wires = {"wires": traits.pop("wires")} if "wires" in traits else {}
        super().show(**wires, **traits)

    @traitlets.validate("gates")
    def _check_wires(self, proposal: Any) -> Any:
        for index, gate in enumerate(proposal["value"]):
            if max(gate["qubits"], default=0) >= len(self.wires):
                raise ValueError(
                    f"gates[{index}]['qubits'] must each have a wire, got {shown(gate['qubits'])}"
                )
        return proposal["value"]

    def _summary(self) -> str:
        if self.statement or not self.gates:
            return str(self.statement or self.words["summary_empty"])
        parts = {"wires": ", ".join(self.wires), "sections": ", ".join(self.sections)}
        return str(self.words["summary_parts"]).format(**parts)

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the circuit, uncut."""
        if not self.gates:
            return None
        return circuit_drawing(self.gates, self.wires, self.sections, self.summary)
