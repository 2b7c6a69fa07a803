"""Check any KME against ETSI GS QKD 014 V1.1.1: ``python -m qkdlab.delivery.conformance URL …``.

The exit status is 0 if nothing failed, 1 if something did, and 2 if the suite could not be run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .prober import Sae, Target
from .suite import CHECKS, run_suite


def parser() -> argparse.ArgumentParser:
    """Return the options of the command."""
    made = argparse.ArgumentParser(
        prog="python -m qkdlab.delivery.conformance",
        description="Check a KME, or two, against ETSI GS QKD 014 V1.1.1, as two SAEs see it. "
        "About thirty keys are used up.",
    )
    made.add_argument(
        "url", metavar="URL", nargs="?", help="the master's KME, such as https://127.0.0.1:9110"
    )
    made.add_argument("--slave-url", metavar="URL", help="the slave's KME, if it is another one")
    made.add_argument("--ca", metavar="PEM", help="the authority that vouches for the KMEs")
    made.add_argument("--server-name", metavar="NAME", help="name in the KMEs' certificates, if not the host")
    for role in ("master", "slave", "other"):
        which = "a third SAE, of the slave's KME" if role == "other" else f"the {role} SAE"
        made.add_argument(f"--{role}", metavar="ID", help=f"the SAE ID of {which}")
        made.add_argument(f"--{role}-cert", metavar="PEM", help="its certificate")
        made.add_argument(f"--{role}-key", metavar="PEM", help="its private key")
    made.add_argument("--json", metavar="FILE", help="write the report there as JSON, too; - for JSON alone")
    made.add_argument("--no-consume", action="store_true", help="only checks that take no keys")
    made.add_argument(
        "--only", metavar="NAME", action="append", default=[], help="only this check; repeatable"
    )
    made.add_argument("--seconds", type=float, default=10.0, help="how long to wait for an answer")
    made.add_argument("--list", action="store_true", help="print all checks, and run none")
    return made


def target(told: argparse.Namespace) -> Target:
    """Return the target that options name; ``ValueError`` if some are missing."""
    needed = ("url", "ca", "master", "master_cert", "master_key", "slave", "slave_cert", "slave_key")
    if missing := [name for name in needed if getattr(told, name) is None]:
        raise ValueError(f"missing: {', '.join('--' + name.replace('_', '-') for name in missing)}")
    given = [value is not None for value in (told.other, told.other_cert, told.other_key)]
    if any(given) and not all(given):
        raise ValueError("a third SAE takes --other, --other-cert and --other-key")
    slave_url = told.slave_url or told.url
    if not all(url.startswith("https://") for url in (told.url, slave_url)):
        raise ValueError("URLs must begin with https://")
    if not 0 < told.seconds < 3600:
        raise ValueError("--seconds must be between 0 and 3600")

    def sae(role: str, url: str) -> Sae:
        name, certificate, key = (getattr(told, role + end) for end in ("", "_cert", "_key"))
        return Sae(name=name, certificate=certificate, key=key, url=url)

    return Target(
        master=sae("master", told.url),
        slave=sae("slave", slave_url),
        other=sae("other", slave_url) if told.other is not None else None,
        ca=told.ca,
        server_name=told.server_name,
        seconds=told.seconds,
        takes_keys=not told.no_consume,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the suite as the options say."""
    told = parser().parse_args(arguments)
    if told.list:
        for check in CHECKS.values():
            sys.stdout.write(f"{check.name} ({check.clause}, {check.level.value}): {check.rule}\n")
        return 0
    try:
        report = run_suite(target(told), only=told.only)
        text = json.dumps(report.to_json(), indent=2, ensure_ascii=False)
        if told.json not in (None, "-"):
            Path(told.json).write_text(text + "\n", encoding="utf-8")
    except (OSError, ValueError) as error:
        sys.stderr.write(f"the suite cannot be run: {error}\n")
        return 2
    sys.stdout.write(f"{text if told.json == '-' else report}\n")
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main())
