"""The named timelines of the panel."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from .timeline import TimelineSettings

GOOD: Final = TimelineSettings(secrecy_years=10, migration_years=3, quantum_year=18)
"""A migration that is done in time."""

PRESETS: Final[Mapping[str, TimelineSettings]] = {
    "default": TimelineSettings(),
    "state": TimelineSettings(secrecy_years=40, migration_years=12),
    "card": TimelineSettings(secrecy_years=1, migration_years=5),
    "early": GOOD,
    "lattice": replace(GOOD, pqc_falls=12, watched_year=8),
    "fault": replace(GOOD, qkd_fault=12, watched_year=8),
    "both": replace(GOOD, pqc_falls=20, qkd_fault=12, watched_year=14),
}
"""The scenarios by name; each has a word ``preset_…``."""
