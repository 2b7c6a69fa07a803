"""What the panels of all sessions share, whatever their topic: verdict, funnel, gauge, gains, clicks."""

from . import words as _words  # noqa: F401 — adds the words of this folder
