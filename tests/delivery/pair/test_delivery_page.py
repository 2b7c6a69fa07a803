"""docs/delivery.md: its example runs, and the commands, options, numbers and files on it are there."""

import re
import shlex
from pathlib import Path

import pytest

from qkdlab.delivery.__main__ import _parser
from qkdlab.delivery.conformance.__main__ import parser as suite_parser
from qkdlab.delivery.encryptor import Starvation
from qkdlab.delivery.hybrid import HybridPolicy
from qkdlab.delivery.kme import KmeSettings
from qkdlab.delivery.kme.key_service import ROUTE_TYPE, SECONDS_BETWEEN_CLEANINGS
from qkdlab.delivery.kme.listener import SHARE_OF_ONE_CALLER
from qkdlab.delivery.store.offers import CHUNK_BITS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())
DEFAULTS = KmeSettings(kme_id="K", database="d", certificate="c", key="k", ca="a", saes={})


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.M | re.S)


@pytest.mark.long
def test_the_example_runs_and_shows_no_key(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("python")
    exec(code, {})
    assert re.search(r"SecretBytes\(256 bits\)", capsys.readouterr().out)


def commands(module: str) -> list[list[str]]:
    """The arguments of all commands of a module on the page."""
    joined = [line for block in blocks("sh") for line in block.replace("\\\n", " ").splitlines()]
    begin = f"python -m {module} "
    return [shlex.split(line.removeprefix(begin)) for line in joined if line.startswith(begin)]


def test_the_commands_are_understood() -> None:
    (started,) = commands("qkdlab.delivery")
    told = _parser().parse_args(started)
    assert (told.address, told.sae) == ("192.0.2.10", ["ROUTER-1@KME-A", "ROUTER-2@KME-B"])
    (checked,) = commands("qkdlab.delivery.conformance")
    assert suite_parser().parse_args(checked).slave_url == "https://kme-b.example:9110"


def test_every_option_is_explained() -> None:
    options = {option for action in _parser()._actions for option in action.option_strings} - {"-h", "--help"}
    table = PAGE[PAGE.index("| option |") : PAGE.index("The same from Python")]
    assert set(re.findall(r"--[a-z][\w-]*", table)) == options
    rest = PAGE[PAGE.index("## Checking another KME") :]
    named = set(re.findall(r"--[\w-]+", rest))
    assert named <= {option for action in suite_parser()._actions for option in action.option_strings}


def test_the_numbers_are_those_of_the_package() -> None:
    assert DEFAULTS.ttl_seconds == 3600
    assert "Keys wait an hour for their slaves" in WORDS
    assert f"A KME holds {DEFAULTS.capacity_bits:,} bits for each direction" in WORDS
    assert DEFAULTS.key_size == 256
    assert f"A chunk of {CHUNK_BITS} bits" in WORDS
    assert SECONDS_BETWEEN_CLEANINGS == 10
    assert "the journal (WAL) is emptied every ten seconds" in WORDS
    assert SHARE_OF_ONE_CALLER == 0.25
    assert "a caller has a quarter of all connections at most" in WORDS
    assert f"`{ROUTE_TYPE}`" in WORDS


def test_all_policies_are_named() -> None:
    text = WORDS[WORDS.index("`HybridPolicy`") : WORDS.index("## Threats")].lower()
    assert all(f"*{policy.lower()}*" in text for policy in HybridPolicy)
    assert len(Starvation) == 3
    assert "hold, go on with ml-kem alone, or stop" in text


@pytest.mark.parametrize(
    "path",
    sorted(
        {*re.findall(r"`((?:tests|qkdlab)/[\w/]+\.py)`", PAGE), *re.findall(r"\]\(([\w./]+\.md)\)", PAGE)}
    ),
)
def test_the_files_are_there(path: str) -> None:
    assert (ROOT / path).exists() or (ROOT / "docs" / path).exists()
