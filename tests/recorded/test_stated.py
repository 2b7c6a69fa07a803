"""What is stated of records, and numbers that could be read in two ways: each is right or refused."""

import re
import tracemalloc
import zipfile

import numpy as np
import pytest

from qkdlab import Layout, RecordingError, SinglePhotonSource, distill_recording, read_recording
from qkdlab.recorded.tables import text_tables
from qkdlab.recorded.tables.files import write_rows
from tests.refusals import expect_refusal

SOURCE = SinglePhotonSource()
TAGS = "time,channel\n" + "".join(f"{100 * slot},{1 + slot % 4}\n" for slot in range(8))


def read(*paths, n_pulses=8, **layout):
    return read_recording(*paths, n_pulses=n_pulses, source=SOURCE, layout=Layout(**layout))


@pytest.fixture
def alice(tmp_path):
    """A file with Alice's rows of eight pulses."""
    (tmp_path / "alice.csv").write_text("slot,basis,bit\n" + "".join(f"{slot},Z,1\n" for slot in range(8)))
    return tmp_path / "alice.csv"


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"offset": float("inf")}, "offset must lie between -9.0072e+15 and 9.0072e+15, got inf"),
        ({"offset": {1: "7"}}, "offset must be a number, got '7'"),
        ({"channels": ["H", "V"]}, "channels must be a Mapping, got ['H', 'V']"),
        ({"encoding": "runes"}, "encoding must be an encoding of text that Python knows, got 'runes'"),
        ({"encoding": "hex"}, "encoding must be an encoding of text that Python knows, got 'hex'"),
        ({"encoding": 8}, "encoding must be an encoding of text that Python knows, got 8"),
        ({"columns": 3}, "columns must be a mapping or a list, got 3"),
        ({"columns": {"alice_bit"}}, "columns must be a mapping or a list, got {'alice_bit'}"),
        ({"columns": {"alice_bit": 3}}, "columns must be a str, got 3"),
        ({"bases": 3}, "bases must be two words, or say of each Z or X, got 3"),
        ({"bases": {"r": "Z", "d": ["X"]}}, "bases must be two words, or say of each Z or X, got {'r': 'Z'"),
        ({"bits": 1}, "bits must be 2 different words, got 1"),
        ({"bits": {"1", "2"}}, "bits must be 2 different words, got {'"),
        ({"states": 4}, "states must be 4 different words, got 4"),
        ({"parties": 1}, "parties must be a list, got 1"),
        ({"parties": "Bob"}, "parties must be a list, got 'Bob'"),
    ],
)
def test_layouts_refused(stated, message) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        Layout(**stated)


@pytest.mark.parametrize(
    ("stated", "word"),
    [
        ({"bits": ("1", "1.0")}, "'1.0'"),
        ({"bases": ("r", "R")}, "'R'"),
        ({"bases": {"r": "Z", " R": "X"}}, "' R'"),
        ({"states": ["0", "90", "45", "+45"]}, "'+45'"),
        ({"channels": {1: "H", "1": "V"}}, "'1'"),
    ],
)
def test_no_word_stands_for_two_things(stated, word, alice, tmp_path) -> None:
    # would catch: all bits read as the second
    (tmp_path / "bob.csv").write_text("slot,state\n0,H\n")
    (name,) = stated
    rule = "give each word one meaning, however it is written"
    with expect_refusal(f"{name} must {rule}, got {word} twice"):
        read(alice, tmp_path / "bob.csv", **stated)


@pytest.mark.parametrize(
    "stated", [{"no_click": 0}, {"double_click": "0"}, {"no_click": 2, "double_click": 2}]
)
def test_a_click_that_is_none_or_two_is_no_word_for_a_bit(stated, alice, tmp_path) -> None:
    # would catch: what is stated passed over, and a bit where there was no click
    word = str(next(iter(stated.values())))
    (tmp_path / "bob.csv").write_text(f"slot,basis,bit\n0,Z,1\n3,Z,{word}\n")
    rule = "have one meaning, not that of no_click= or double_click= and another"
    with expect_refusal(f"{tmp_path / 'bob.csv'}, line 3: bit must {rule}, got '{word}'", RecordingError):
        read(alice, tmp_path / "bob.csv", **stated)
    other = {"no_click": word, "bits": ("1", "-1")}
    assert read(alice, tmp_path / "bob.csv", **other).slots.tolist() == [0]
    (tmp_path / "bob.csv").write_text("slot,state\n0,H\n3,0\n")
    assert read(alice, tmp_path / "bob.csv", no_click=0).slots.tolist() == [0]  # where bits are no words


def test_parties_are_those_of_the_files(alice, tmp_path) -> None:
    with expect_refusal("parties must be as many as the files, 1, got ['Alice', 'Bob']"):
        read(alice, parties=["Alice", "Bob"])


@pytest.mark.parametrize("path", [["alice.csv", "bob.csv"], None, 3, b"run.csv"])
def test_what_is_no_name_of_a_file_is_named(path) -> None:
    with expect_refusal(f"paths must be a name of a file or a folder, got {path!r}"):
        read(path)


def test_each_channel_that_is_read_has_an_offset(alice, tmp_path) -> None:
    # would catch: a channel without one, taken as if its offset were 0
    (tmp_path / "bob.csv").write_text(TAGS)
    stated = {"period": 100, "channels": {1: "H", 2: "V", 3: "D", 4: None}}
    offsets = {"1": 0, 2: -100, 3.0: 100}
    recording = read(alice, tmp_path / "bob.csv", offset=offsets, **stated)
    assert recording.slots.tolist() == [0, 1, 2, 4, 5, 6]
    assert "double clicks" not in " ".join(recording.reading)
    with expect_refusal(
        f"{tmp_path / 'bob.csv'}, line 4: channel must be a channel with an offset, got '3'", RecordingError
    ):
        read(alice, tmp_path / "bob.csv", offset={1: 0, 2: 0}, **stated)
    (tmp_path / "bob.csv").write_text("time,bit,basis\n0,1,Z\n")
    with expect_refusal("offset must be one number without a column 'channel', got {1: 0}"):
        read(alice, tmp_path / "bob.csv", offset={1: 0}, period=100)


@pytest.mark.parametrize("sign", [",", "."])
def test_thousands_that_are_set_apart_are_no_decimals(sign, tmp_path) -> None:
    # would catch: 900 and then 1.000 read as a time before it, so that few clicks are left
    path, stated = tmp_path / "run.csv", {"columns": ["time", "alice_state", "bob_state"], "n_pulses": 20}
    path.write_text("".join(f"{100 * slot:,};H;H\n" for slot in range(20)).replace(",", sign))
    with expect_refusal(
        f"{path}, line 11: time must be written without a sign between thousands, got '1{sign}000'",
        RecordingError,
    ):
        read(path, period=100, **stated)
    path.write_text("".join(f"{1.125 * slot:g};H;H\n" for slot in range(20)).replace(".", sign))
    assert read(path, period=1.125, **stated).slots.tolist() == list(range(20))


@pytest.mark.parametrize(("dtype", "most", "power"), [("f2", 2**11, "2¹¹"), ("f4", 2**24, "2²⁴")])
def test_no_number_is_read_that_an_array_may_have_rounded(dtype, most, power, tmp_path) -> None:
    # would catch: two slots that short floats hold as one, whose clicks then become a double click
    slots = np.arange(most - 2, most + 2)
    zeros = np.zeros(4, dtype=np.uint8)
    np.savez(tmp_path / "alice.npz", slot=slots, basis=zeros, bit=zeros)
    files = tmp_path / "alice.npz", tmp_path / "bob.npz"
    np.savez(files[1], slot=slots.astype(dtype), basis=zeros, bit=zeros)
    with pytest.raises(RecordingError, match=f"row 2: slot must be a whole number from 0 to {most - 1}, got"):
        read(*files, n_pulses=2 * most)
    np.savez(files[1], time=slots.astype(dtype), basis=zeros, bit=zeros)
    with pytest.raises(RecordingError, match=f"row 2: time must be a number below {power}"):
        read(*files, n_pulses=2 * most, period=1)
    np.savez(files[1], slot=slots[:2].astype(dtype), basis=zeros[:2], bit=zeros[:2])
    assert read(*files, n_pulses=2 * most).slots.tolist() == slots[:2].tolist()


def test_an_archive_of_other_things_is_called_by_what_it_holds(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "run.zip", "w") as archive:
        archive.writestr("run.csv", "party,slot,basis,bit\n")
    with expect_refusal(
        f"{tmp_path / 'run.zip'}: must hold nothing but arrays (.npy), got 'run.csv'", RecordingError
    ):
        read(tmp_path / "run.zip")


def test_figures_that_are_too_long_are_refused_shortly(tmp_path) -> None:
    path = tmp_path / "run.csv"
    path.write_text("slot,alice_basis,alice_bit,bob_basis,bob_bit\n0,Z,1,Z,1\n")
    stated = {"n_pulses": 1, "source": SOURCE, "seed": 1, "security": "asymptotic"}
    for changes, message in (
        ({"n_pulses": 10**400}, f"n_pulses must be at least 1 and at most {10**18}, got 1000"),
        ({"n_sent": range(10**6)}, "n_sent must be None for a source with one intensity, got"),
        ({"channels": {1: "H" * 10**6}}, "channels must stand for states, H V D A, or None, got"),
    ):
        with pytest.raises(ValueError, match=f"^{message}") as refused:
            distill_recording(path, **stated | changes)
        assert len(str(refused.value)) < 300
    with pytest.raises(ValueError, match=r"^path must end in \.csv or \.npz") as refused:
        write_rows(tmp_path / ("x" * 1_000), [])
    assert len(str(refused.value)) < 300
    distill_recording(path, **stated | {"n_pulses": 10**18, "no_click": 10**400})


def test_a_table_with_a_trace_beside_each_pulse_takes_no_more_memory(tmp_path, monkeypatch) -> None:
    # would catch: as many rows at a time however wide they are; all fields of this table take 9 MB
    trace = ",".join(f"0.{number:05d}" for number in range(1_000))
    path, n = tmp_path / "run.csv", 150
    monkeypatch.setattr(text_tables, "BLOCK_FIELDS", 1 << 13)
    with path.open("w") as file:
        file.write("slot,alice_state,bob_state," + ",".join(f"t{number}" for number in range(1_000)) + "\n")
        file.writelines(f"{slot},H,H,{trace}\n" for slot in range(n))
    tracemalloc.start()
    recording = read(path, n_pulses=n)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert recording.slots.tolist() == list(range(n))
    assert peak < 3_000_000
