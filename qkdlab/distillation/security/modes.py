"""The security modes of the lab by name."""

from __future__ import annotations

from .asymptotic import AsymptoticSecurity
from .classroom import ClassroomSecurity
from .finite import FiniteSecurity
from .mode import Security
from .published import PublishedSecurity

SECURITY_MODES: dict[str, type[Security]] = {
    mode.name: mode for mode in (FiniteSecurity, PublishedSecurity, AsymptoticSecurity, ClassroomSecurity)
}
"""The security modes by name."""
