"""One way to read a table of text: what a spreadsheet or a script writes is the same table."""

import gzip
from math import isnan

import pytest

from qkdlab import RecordingError, SinglePhotonSource, TopologyError
from qkdlab.delimited import read_number
from qkdlab.network import read_links
from qkdlab.recorded.recording import read_recording
from qkdlab.recorded.tables.layout import Layout
from tests.refusals import expect_refusal

LINKS = "a,b,km\nKöln,Bonn,28.5\nBonn,Mainz,143\n"
RUN = "slot,alice_basis,alice_bit,bob_basis,bob_bit\n0,Z,1,Z,1\n2,X,0,X,0\n"

FORMS = {
    "plain": lambda text: text.encode(),
    "bars": lambda text: text.replace(",", "|").encode(),
    "blanks": lambda text: text.replace(",", "  ").encode(),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "line ends of a Mac": lambda text: text.replace("\n", "\r").encode(),
    "separators at the end": lambda text: text.replace(",", ";").replace("\n", ";;\n").encode(),
    "separators at the end of rows": lambda text: text.replace("\n", ",\n").replace(",\n", "\n", 1).encode(),
    "sep=": lambda text: b"sep=:\n" + text.replace(",", ":").encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "byte-order mark": lambda text: text.encode("utf-8-sig"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "notes": lambda text: text.replace("\n", ',"two\nlines"\n').encode(),
}


def links(path, **stated):
    made = read_links(path, length_km="km", **stated)
    return [(one.a, one.b, one.link.length_km) for one in made.fibres]


def run(path, **stated):
    read = read_recording(path, n_pulses=3, source=SinglePhotonSource(), layout=Layout(**stated))
    return [read.slots.tolist(), read.alice.bits.tolist(), read.bob.bases.tolist()]


@pytest.mark.parametrize("form", FORMS)
def test_a_table_is_read_in_every_form(form, tmp_path) -> None:
    for number, (reader, text) in enumerate([(links, LINKS), (run, RUN)]):
        path, written = tmp_path / f"{number}.csv", tmp_path / f"{number} odd.csv"
        path.write_text(text, encoding="utf-8")
        written.write_bytes(FORMS[form](text))
        assert reader(written) == reader(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_mark_is_no_part_of_the_first_field_where_the_encoding_is_stated(encoding, tmp_path) -> None:
    # would catch: the column "a" not found, as it is read with an invisible sign before it
    (tmp_path / "links.csv").write_bytes(("\ufeff" + LINKS).encode(encoding))
    assert links(tmp_path / "links.csv", encoding=encoding)[0] == ("Köln", "Bonn", 28.5)
    (tmp_path / "run.csv").write_bytes(("\ufeff" + RUN.partition("\n")[2]).encode(encoding))
    columns = ["slot", "alice_basis", "alice_bit", "bob_basis", "bob_bit"]
    assert run(tmp_path / "run.csv", encoding=encoding, columns=columns)[0] == [0, 2]


def test_signs_that_end_no_line_are_part_of_a_field(tmp_path) -> None:
    # would catch: lines cut where Python's `splitlines` does
    path = tmp_path / "links.csv"
    for sign in "\x0b\x1c\x85\u2028":
        path.write_text(f"a,b,km,note\nA,B,3,on{sign}off\n", encoding="utf-8", newline="")
        assert links(path) == [("A", "B", 3)]


READERS = pytest.mark.parametrize(
    ("reader", "text", "kinds", "error"),
    [(links, LINKS, "CSV", TopologyError), (run, RUN, "CSV or NPZ", RecordingError)],
    ids=["links", "run"],
)


@READERS
def test_what_is_no_such_text_is_named(reader, text, kinds, error, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    utf = "must be CSV text in UTF-8, or in UTF-16 with a byte-order mark (encoding= states another)"
    codec = "'utf-8' codec can't decode byte 0xff in position"
    begun = text.partition("\n")[0]
    for data, told in {
        b"\x89HDF\r\n": f": must be {kinds}, got an HDF5 file; save it as {kinds}",
        b"\xd0\xcf\x11\xe0\xa1": f": must be {kinds}, got an Excel workbook; save it as {kinds}",
        text.encode("utf-16-le"): f": {utf}, got bytes that are 0",
        text.encode() + b"\xff": f", about line 4: {utf}: {codec} {len(text.encode())}: invalid start byte",
        f'{begun}\n"A,1'.encode(): ", about line 2: must be rows of fields: unexpected end of data",
        gzip.compress(text.encode())[:-9]: ": must be a whole gzip file: Compressed file ended before the "
        "end-of-stream marker was reached",
    }.items():
        (tmp_path / "odd.csv").write_bytes(data)
        with expect_refusal(f"odd.csv{told}", error):
            reader("odd.csv")


@READERS
def test_lines_are_counted_as_an_editor_does(reader, text, kinds, error, tmp_path) -> None:
    # would catch: a field of two lines counted as one
    head, first, _ = text.splitlines()
    (tmp_path / "odd.csv").write_text(f'{head},note\n\n{first},"two\nlines"\n\n{first},,a,b\n')
    with pytest.raises(
        error, match=r"odd\.csv, line 6: must have \d fields, got \d \(fields are separated by"
    ):
        reader(tmp_path / "odd.csv")


@READERS
def test_statements_that_make_no_sense_are_refused(reader, text, kinds, error, tmp_path) -> None:
    (tmp_path / "odd.csv").write_text(text)
    for name, value in {"delimiter": [","], "encoding": "Klingon"}.items():
        with pytest.raises(ValueError, match=rf"^{name} must be .*, got "):
            reader(tmp_path / "odd.csv", **{name: value})


@pytest.mark.parametrize("text", ["", "nan", "inf", "1_000", "\u0663", "0x10", "1,2.3", "1 234", "1e", "--1"])
def test_what_is_no_number(text) -> None:
    assert isnan(read_number(text))
