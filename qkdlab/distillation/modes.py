"""The security modes of the lab by name."""

from __future__ import annotations

from .classroom import ClassroomSecurity
from .security import AsymptoticSecurity, FiniteSecurity, PublishedSecurity, Security

SECURITY_MODES: dict[str, type[Security]] = {
    mode.name: mode for mode in (FiniteSecurity, PublishedSecurity, AsymptoticSecurity, ClassroomSecurity)
}
"""The security modes by name."""
