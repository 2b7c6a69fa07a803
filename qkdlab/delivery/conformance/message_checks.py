"""Checks of all replies of a run together (5.1, 6.5); they come last."""

from __future__ import annotations

from ...errors import shown
from ..messages import Json
from .conversation import Probe
from .rules import Level, Seen, bad, check, good, untried

TRACES = (b"Traceback (most recent call last)", b"\tat ", b"panicked at", b"goroutine ")
"""What shows that a program tells callers where in it something went wrong."""


@check("5.1", Level.SHALL)
def content_type(probe: Probe) -> Seen:
    """What is JSON is sent as application/json."""
    replies = [reply for reply in probe.prober.replies if isinstance(reply.said, dict)]
    for reply in replies:
        if reply.content_type.partition(";")[0].strip().lower() != "application/json":
            return bad(f"{reply.told}, as {shown(reply.content_type, 60)}")
    return good(f"{len(replies)} answers") if replies else untried("no answer was JSON")


@check("6.5", Level.SHALL)
def error_body(probe: Probe) -> Seen:
    """Errors 400 and 503 have a JSON object with a message, and with details as objects if there are any."""
    replies = [reply for reply in probe.prober.replies if reply.status in (400, 503)]
    for reply in replies:
        if reply.message is None or not _are_details(reply.said.get("details", [])):
            return bad(f"{reply.told}, and the body is no error object")
    return good(f"{len(replies)} errors") if replies else untried("there was no such error")


def _are_details(told: Json) -> bool:
    return isinstance(told, list) and all(isinstance(one, dict) for one in told)


@check("6.5", Level.READING)
def no_traces(probe: Probe) -> Seen:
    """Errors do not show the program's inside."""
    replies = [reply for reply in probe.prober.replies if reply.status >= 400]
    for reply in replies:
        if any(trace in reply.body for trace in TRACES):
            return bad(f"{reply.asked}: {reply.status}, with a trace of the program")
    return good(f"{len(replies)} errors")


@check("4", Level.READING)
def still_answers(probe: Probe) -> Seen:
    """The KME still answers at the end."""
    if probe.status.status != 200:
        return untried("it did not at the beginning")
    reply = probe.as_master("GET", "status")
    return good(reply.told) if reply.status == 200 else bad(reply.told)
