"""What may be a device, asked without importing Qiskit: where it is not loaded, nothing is one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeGuard

from ..extras import qiskit_module

if TYPE_CHECKING:
    from qiskit.primitives import BaseSamplerV2
    from qiskit.providers import BackendV2

IBM_RUNTIME = "qiskit_ibm_runtime"
"""IBM's package."""


def is_backend(thing: Any) -> TypeGuard[BackendV2]:
    """Return whether something is a Qiskit backend."""
    return "qiskit" in sys.modules and isinstance(thing, of_qiskit("qiskit.providers", "BackendV2"))


def is_device(thing: Any) -> TypeGuard[BackendV2 | BaseSamplerV2]:
    """Return whether something is a Qiskit backend or sampler primitive. Does not import Qiskit.

    >>> is_device("exact")
    False
    """
    return is_backend(thing) or (
        "qiskit" in sys.modules and isinstance(thing, of_qiskit("qiskit.primitives", "BaseSamplerV2"))
    )


def of_qiskit(module: str, name: str) -> Any:
    """Return what a module of Qiskit has under a name."""
    return getattr(qiskit_module(module, "devices"), name)


def has_one_shot_number(device: BackendV2 | BaseSamplerV2) -> bool:
    """Return whether a device wants the same number of shots for all circuits of a job.

    Backends and Aer's sampler run circuits of unequal shots as jobs of their own, and replay their seed in
    each; IBM's samplers refuse them.
    """
    kinds = [of_qiskit("qiskit.providers", "BackendV2"), of_qiskit("qiskit.primitives", "BackendSamplerV2")]
    if "qiskit_aer" in sys.modules:  # without it there is no such sampler
        kinds.append(of_qiskit("qiskit_aer.primitives", "SamplerV2"))
    return isinstance(device, tuple(kinds)) or type(device).__module__.startswith(IBM_RUNTIME)


def is_ibm_hardware(backend: BackendV2) -> bool:
    """Return whether only IBM's own sampler can run the backend."""
    runtime = sys.modules.get(IBM_RUNTIME)  # without it there is no such backend
    return runtime is not None and isinstance(backend, runtime.IBMBackend)
