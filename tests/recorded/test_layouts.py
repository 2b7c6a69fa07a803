"""Records as kits and simulators lay them out: the same run, written in many ways, is the same recording."""

import gzip
import io
import zipfile

import numpy as np
import pytest

from qkdlab import (
    IDEAL_LINK,
    AuthenticationLedger,
    DecoySource,
    Layout,
    Recording,
    RecordingError,
    SinglePhotonSource,
    distill_recording,
    read_recording,
    run_session,
    save_recording,
)
from qkdlab.recorded.tables.files import write_rows
from tests.refusals import expect_refusal

N = 400
SOURCE = SinglePhotonSource()
RNG = np.random.default_rng(8)
ALICE_BASES, ALICE_BITS, BOB_BASES = RNG.integers(0, 2, (3, N))
CLICKED = RNG.random(N) < 0.6
BOB_BITS = np.where(ALICE_BASES == BOB_BASES, ALICE_BITS, RNG.integers(0, 2, N))
SLOTS = np.flatnonzero(CLICKED)


def is_the_run(recording: Recording) -> bool:
    """Whether this is the run that all tests here write."""
    held = {
        "slots": (recording.slots, SLOTS),
        "alice_bases": (recording.alice.bases, ALICE_BASES[SLOTS]),
        "alice_bits": (recording.alice.bits, ALICE_BITS[SLOTS]),
        "bob_bases": (recording.bob.bases, BOB_BASES[SLOTS]),
        "bob_bits": (recording.bob.bits, BOB_BITS[SLOTS]),
    }
    assert [name for name, (mine, theirs) in held.items() if mine.tolist() != theirs.tolist()] == []
    return True


def read(*paths, **layout):
    return read_recording(
        *paths, n_pulses=N, source=SOURCE, rng=np.random.default_rng(1), layout=Layout(**layout)
    )


def wide(
    bases="+x", states="", none="-1", first=0, sep=",", head="pulse,alice_bit,alice_basis,bob_basis,bob_bit"
):
    """A table with a row per pulse, as text."""
    lines = [head.replace(",", sep)] if head else []
    for slot in range(N):
        seen = str(BOB_BITS[slot]) if CLICKED[slot] else none
        fields = [
            str(slot + first),
            str(ALICE_BITS[slot]),
            bases[ALICE_BASES[slot]],
            bases[BOB_BASES[slot]],
            seen,
        ]
        if states:
            hers = states[2 * ALICE_BASES[slot] + ALICE_BITS[slot]]
            his = states[2 * BOB_BASES[slot] + BOB_BITS[slot]] if CLICKED[slot] else none
            fields = [str(slot + first), hers, his]
        lines.append(sep.join(fields))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("none", ["-1", "", "nan", "None", "NA", "-1.0"])
@pytest.mark.parametrize(
    "bases", ["+x", "ZX", "01", "RD", ("rectilinear", "diagonal"), ("HV", "DA"), ("0", "45")]
)
def test_a_row_per_pulse_in_the_usual_words(bases, none, tmp_path) -> None:
    (tmp_path / "run.csv").write_text(wide(bases, none=none))
    recording = read(tmp_path / "run.csv")
    assert is_the_run(recording)
    said = "\n".join(recording.reading)
    assert "slot from 'pulse'" in said
    assert f"'{none}' is no click" in said
    if bases != "ZX":
        assert f"'{bases[1]}' is X" in said


@pytest.mark.parametrize(
    "states",
    [
        "HVDA",
        "hvda",
        "HVRL",
        "HVPM",
        "HV+-",
        ("0", "90", "45", "135"),
        ("0", "90", "45", "-45"),
        ("0°", "90°", "45°", "135°"),
    ],
)
def test_states_as_letters_and_angles(states, tmp_path) -> None:
    (tmp_path / "run.csv").write_text(wide(states=states, none="", head="slot,alice_state,bob_state"))
    assert is_the_run(read(tmp_path / "run.csv"))


def test_other_words_are_stated_and_otherwise_refused(tmp_path) -> None:
    path = tmp_path / "run.csv"
    path.write_text(wide(("Y", "W"), none="lost in fog", first=1, head="nr,hers,her base,his base,his"))
    columns = {"alice_bit": "hers", "alice_basis": "her base", "bob_basis": "his base", "bob_bit": "his"}
    stated = {"columns": columns, "bases": ("Y", "W"), "no_click": "lost in fog", "first_slot": 1}
    assert is_the_run(read(path, **stated))
    assert is_the_run(read(path, **stated | {"bases": {"Y": "Z", "W": "X"}}))
    for missing in stated:
        with pytest.raises(RecordingError, match=r"run\.csv"):
            read(path, **{name: value for name, value in stated.items() if name != missing})
    path.write_text(wide(states=("a0", "a1", "b0", "b1"), none="", head="slot,alice_state,bob_state"))
    assert is_the_run(read(path, states=("a0", "a1", "b0", "b1")))
    # the other way round everything is wrong: nothing is guessed
    flipped = read(path, states=("a1", "a0", "b0", "b1"))
    assert (flipped.alice.bits != ALICE_BITS[SLOTS]).sum() == (ALICE_BASES[SLOTS] == 0).sum()
    path.write_text(wide(states="HVDA", none="", head="slot,alice_state,bob_state").replace("A", "R"))
    with pytest.raises(
        RecordingError, match=r"(alice|bob)_state must be H V D A, H V R L, or an angle .*got 'R'"
    ):
        read(path)


def test_outcomes_of_plus_and_minus_one_are_not_taken_for_clicks_of_one_alone(tmp_path) -> None:
    lines = [f"{k},{ALICE_BITS[k]},{ALICE_BASES[k]},{BOB_BASES[k]},{1 - 2 * BOB_BITS[k]}" for k in SLOTS]
    path = tmp_path / "run.csv"
    path.write_text("\n".join(["pulse,alice_bit,alice_basis,bob_basis,bob_bit", *lines]))
    with pytest.raises(RecordingError, match=r"^Bob's bits must be 0 and 1, or bits= or no_click= must say"):
        read(path)
    # Alice's bits are 0 and 1: the words of either are the same, so all four can be stated at once
    path.write_text(path.read_text().replace(",-1\n", ",m\n").replace(",1\n", ",p\n"))
    with pytest.raises(RecordingError, match=r"alice_bit must be a stated bit, p or m, got"):
        read(path, bits=("p", "m"))


SPREADSHEETS = {
    "semicolons": wide(sep=";").encode("utf-8-sig").replace(b"\n", b"\r\n"),
    "excel": b"sep=;\r\n" + wide(sep=";").encode().replace(b"\n", b"\r\n"),
    "unicode text": wide(sep="\t").encode("utf-16"),
    "big endian": b"\xfe\xff" + wide(sep="\t").encode("utf-16-be"),
    "quoted": (
        "\n".join(",".join(f'"{f}"' for f in line.split(",")) for line in wide().split("\n")[:-1])
    ).encode(),
    "tabs": wide(sep="\t").encode(),
    "bars": wide(sep="|").encode(),
    "blanks": wide(sep="   ").encode(),
    "comments": b"# a kit\n# 2026\n" + wide().encode().replace(b"\n7,", b"\n# tea\n\n7,"),
    "savetxt": b"# " + wide().encode(),
    "gzip": gzip.compress(wide().encode()),
    "floats": wide(none="").replace(",0\n", ",0.0\n").replace(",1\n", ",1.0\n").encode(),
    "trailing": wide(sep=";").replace("\n", ";;\n").encode(),
    "empty rows": wide().encode() + b",,,,\r\n\r\n",
    "old": wide(("+", "×")).encode("utf-8"),
}


@pytest.mark.parametrize("name", SPREADSHEETS)
@pytest.mark.parametrize("file", ["run.csv", "run.txt", "run"])
def test_text_of_spreadsheets_and_scripts(name, file, tmp_path) -> None:
    (tmp_path / file).write_bytes(SPREADSHEETS[name])
    assert is_the_run(read(tmp_path / file))


def test_what_is_recognised_of_a_file_is_said_and_can_be_stated(tmp_path) -> None:
    path = tmp_path / "run.csv.gz"
    path.write_bytes(
        gzip.compress(wide(sep=";", head="pulse,alice_bit,alice_basis,bob_basis,bob_bit").encode("utf-16"))
    )
    assert (
        read(path)
        .reading[0]
        .startswith("run.csv.gz: fields are separated by ';'; UTF-16; gzip; a row per pulse")
    )
    result = distill_recording(path, n_pulses=N, source=SOURCE, seed=1, security="asymptotic")
    assert "  records   run.csv.gz: fields are separated by ';'" in result.report()
    with pytest.raises(RecordingError, match=r"got .*fields are separated by commas"):
        read(path, delimiter=",")
    path.write_bytes(wide(("+", "×")).encode("cp1252"))
    with pytest.raises(RecordingError, match=r"encoding= states another"):
        read(path)
    assert is_the_run(read(path, encoding="cp1252"))
    path.write_bytes(gzip.compress(wide().encode())[:-20])
    with pytest.raises(RecordingError, match=r"must be a whole gzip file"):
        read(path)
    for head, what in ((b"\x93NUMPY", "single NumPy array"), (b"MATLAB 5.0", "MATLAB"), (b"\x89HDF", "HDF5")):
        path.write_bytes(head + bytes(20))
        with pytest.raises(RecordingError, match=what):
            read(path)


def test_decimal_commas(tmp_path) -> None:
    source = DecoySource(signal=0.5, decoy=0.25, vacuum=0.0)
    words = np.array(["0,5", "0,25", "0,0"])[np.arange(N) % 3]
    text = wide(sep=";", head="pulse,alice_bit,alice_basis,bob_basis,bob_bit").splitlines()
    rows = [f"{line};{word}" for line, word in zip(text[1:], words, strict=True)]
    (tmp_path / "run.csv").write_text("\n".join([text[0] + ";mu", *rows]))
    recording = read_recording(tmp_path / "run.csv", n_pulses=N, source=source)
    assert is_the_run(recording)
    assert recording.intensities.choices.tolist() == (SLOTS % 3).tolist()


@pytest.mark.parametrize("sep", [";", "\t", "|", " "])
def test_times_with_decimal_commas_and_no_header(sep, tmp_path) -> None:
    # would catch a time that is cut in two at its comma
    letters = [f"{2 * b + v}" for b, v in zip(BOB_BASES[SLOTS], BOB_BITS[SLOTS], strict=True)]
    stated = {"columns": ["time", "bob_state", "alice_state"], "states": "0123"}
    one = tmp_path / "both.txt"
    rows = zip(SLOTS, letters, strict=True)
    table = [f"{7 + 10 * k},25{sep}{v}{sep}{2 * ALICE_BASES[k] + ALICE_BITS[k]}\n" for k, v in rows]
    one.write_text("".join(table))
    assert is_the_run(read(one, period=10, offset=7.25, window=1, **stated))


def test_files_of_one_party_each(tmp_path) -> None:
    # layout seen in Normansrule/quantum-link-research: a file of Alice's columns, and one of Bob's clicks
    hers = "".join(f"{k},{ALICE_BITS[k]},{ALICE_BASES[k]}\n" for k in range(N))
    his = "".join(f"{k},{BOB_BASES[k]},{BOB_BITS[k]}\n" for k in SLOTS)
    (tmp_path / "one.csv").write_text("pulse,alice_bit,alice_basis\n" + hers)
    (tmp_path / "two.csv").write_text("pulse,bob_basis,bob_bit\n" + his)
    assert is_the_run(read(tmp_path / "one.csv", tmp_path / "two.csv"))
    for names, stated in (
        (("alice.csv", "bob.csv"), {}),
        (("x.csv", "y.csv"), {"parties": ("Alice", "Bob")}),
    ):
        (tmp_path / names[0]).write_text("pulse,bit,basis\n" + hers)
        (tmp_path / names[1]).write_text("pulse,basis,bit\n" + his)
        paths = [tmp_path / name for name in names]
        assert is_the_run(read(*paths, **stated))
    with pytest.raises(RecordingError, match=r"x\.csv: columns must be "):
        read(*paths)


def test_stated_columns_may_be_spread_over_files(tmp_path) -> None:
    hers = "".join(f"{k},{ALICE_BITS[k]},{ALICE_BASES[k]}\n" for k in range(N))
    his = "".join(f"{k},{BOB_BASES[k]},{BOB_BITS[k]}\n" for k in SLOTS)
    (tmp_path / "x.csv").write_text("k,u,v\n" + hers)
    (tmp_path / "y.csv").write_text("k,s,t\n" + his)
    columns = {"alice_bit": "u", "alice_basis": "v", "bob_basis": "s", "bob_bit": "t"}
    assert is_the_run(read(tmp_path / "x.csv", tmp_path / "y.csv", columns=columns))
    with pytest.raises(RecordingError, match=r"x\.csv: must have the column 'w', got 'k', 'u', 'v' \(fields"):
        read(tmp_path / "x.csv", tmp_path / "y.csv", columns=columns | {"bob_bit": "w"})


@pytest.mark.parametrize(
    "head",
    [
        "Pulse No,Alice's bit,Alice’s basis,Bob's basis,Bob's result",
        "Index;bitA;basisA;basisB;bitB",
        "n,Alice (bit),Alice (basis),Bob (basis),Bob (bit)",
        "id,sender_bit,sender_basis,receiver_basis,receiver_outcome",
        "pulse,aliceBit,aliceBasis,bobBasis,bobMeasured",
    ],
)
def test_usual_names_of_columns_in_any_spelling(head, tmp_path) -> None:
    text = wide(sep=";" if ";" in head else ",").splitlines()
    (tmp_path / "run.csv").write_text("\n".join([head, *text[1:]]))
    assert is_the_run(read(tmp_path / "run.csv"))


def test_columns_named_after_the_parties_hold_states(tmp_path) -> None:
    (tmp_path / "run.csv").write_text(wide(states="HVDA", none="", head="slot,Alice,Bob"))
    assert is_the_run(read(tmp_path / "run.csv"))


def test_a_column_that_says_whether_there_was_a_click(tmp_path) -> None:
    # layout seen in Normansrule/quantum-link-research: bob_bit is 0 where bob_click is 0
    lines = ["pulse,alice_bit,alice_basis,bob_basis,bob_click,bob_bit,eve_bit"]
    for k in range(N):
        bit = BOB_BITS[k] if CLICKED[k] else 0
        lines.append(f"{k},{ALICE_BITS[k]},{ALICE_BASES[k]},{BOB_BASES[k]},{int(CLICKED[k])},{bit},1")
    (tmp_path / "log.csv").write_text("\n".join(lines))
    recording = read(tmp_path / "log.csv")
    assert is_the_run(recording)
    assert "not read: eve_bit" in recording.reading[0]


def test_no_header_and_tabs(tmp_path) -> None:
    # layout seen in qismib/TSINAME, bb84_data.txt: Alice's bit and basis, Bob's basis and bit; a row each
    rows = zip(ALICE_BITS, ALICE_BASES, BOB_BASES, np.where(CLICKED, BOB_BITS.astype(str), ""), strict=True)
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    (tmp_path / "bb84_data.txt").write_text(text)
    columns = ["alice_bit", "alice_basis", "bob_basis", "bob_bit"]
    assert is_the_run(read(tmp_path / "bb84_data.txt", columns=columns))
    with pytest.raises(RecordingError, match=r"columns= says which is which"):
        read(tmp_path / "bb84_data.txt")
    with pytest.raises(RecordingError, match=r"columns must name all 4 columns, got 2"):
        read(tmp_path / "bb84_data.txt", columns=columns[:2])


def test_letters_and_slots(tmp_path) -> None:
    # layout seen in XQP-Munich/PolarizationCompensation: a state H V P M and a slot in a line, after a blank
    letters = np.array(list("HVPM"))
    for name, bases, bits, slots in (
        ("alice.txt", ALICE_BASES, ALICE_BITS, range(N)),
        ("bob.txt", BOB_BASES, BOB_BITS, SLOTS),
    ):
        lines = [f"{letters[2 * bases[k] + bits[k]]} {k}" for k in slots]
        (tmp_path / name).write_text("\n".join(lines))
    assert is_the_run(read(tmp_path / "alice.txt", tmp_path / "bob.txt", columns=["state", "slot"]))


def time_tags(rng, path, jitter=0.2):
    """Bob's tags in picoseconds, 10 ns apart and 1.5 µs late; channel 5 is a clock, and half are noise."""
    channel = 1 + 2 * BOB_BASES[SLOTS] + BOB_BITS[SLOTS]
    tags = [
        (int(1.5e6 + 10_000 * k + 10_000 * rng.uniform(-jitter, jitter)), c)
        for k, c in zip(SLOTS, channel, strict=True)
    ]
    tags += [(int(1.5e6 + 10_000 * k + 4_000), int(rng.integers(1, 5))) for k in range(N)]  # outside
    tags += [(int(1.5e6 + 10_000 * N * share), 5) for share in (0, 0.5, 1)]
    tags += [(10, 1), (int(1.5e6 + 10_000 * (N + 3)), 2)]  # before and after the run
    path.write_text("time_ps,channel\n" + "".join(f"{t},{c}\n" for t, c in sorted(tags)))


CHANNELS = {1: "H", 2: "V", 3: "D", 4: "A", 5: None}


def test_time_tags(tmp_path) -> None:
    time_tags(np.random.default_rng(3), tmp_path / "bob.csv")
    hers = "".join(f"{k},{ALICE_BITS[k]},{ALICE_BASES[k]}\n" for k in range(N))
    (tmp_path / "alice.csv").write_text("slot,bit,basis\n" + hers)
    paths = tmp_path / "alice.csv", tmp_path / "bob.csv"
    stated = {"period": 10_000, "offset": 1.5e6, "window": 5_000, "channels": CHANNELS}
    recording = read(*paths, **stated)
    assert is_the_run(recording)
    assert f"clicks outside their windows or the run: {N + 2}, not counted" in recording.reading
    assert is_the_run(read(*paths, **stated | {"offset": dict.fromkeys((1, 2, 3, 4), 1.5e6)}))
    # a whole period late is another slot, not an error of the reader: the bits then have nothing in common
    late = read(*paths, **stated | {"offset": 1.5e6 - 10_000})
    assert late.slots.tolist() == [slot + 1 for slot in SLOTS if slot + 1 < N]
    with pytest.raises(ValueError, match=r"^period must be given with time tags"):
        read(*paths, channels=CHANNELS)
    with pytest.raises(RecordingError, match=r"channel must be a stated channel"):
        read(*paths, **stated | {"channels": {1: "H"}})
    with pytest.raises(RecordingError, match=r"^period, offset and window must leave a click"):
        read(*paths, **stated | {"offset": 1e12})
    (tmp_path / "bob.csv").write_text("time,channel\n1700000000000000000,1\n")
    with pytest.raises(RecordingError, match=r"time must be a number below 2⁵³"):
        read(*paths, **stated)


def test_several_clicks_in_a_slot_are_one_result_and_none_is_discarded(tmp_path) -> None:
    # would catch: double clicks thrown away (Eve's wrong guesses would go unseen), or always the same bit
    n = 4_000
    rng = np.random.default_rng(2)
    bases, bits = rng.integers(0, 2, (2, n))
    alice = "".join(f"Alice,{k},{'ZX'[bases[k]]},{bits[k]}\n" for k in range(n))
    rows = {
        "double": "".join(f"Bob,{k},Z,0\nBob,{k},Z,1\n" for k in range(n)),
        "one word": "".join(f"Bob,{k},Z,both\n" for k in range(n)),
        "crossed": "".join(f"Bob,{k},Z,0\nBob,{k},X,1\n" for k in range(n)),
        "same": "".join(f"Bob,{k},Z,1\nBob,{k},Z,1\n" for k in range(n)),
    }
    for name, his in rows.items():
        (tmp_path / "run.csv").write_text("party,slot,basis,bit\n" + alice + his)
        said = {"n_pulses": n, "source": SOURCE}
        recording = read_recording(tmp_path / "run.csv", rng=np.random.default_rng(4), **said)
        assert len(recording.slots) == n
        ones, in_x = recording.bob.bits.mean(), recording.bob.bases.mean()
        if name == "same":
            assert (ones, in_x, recording.reading) == (1, 0, ())
            continue
        assert abs(ones - 0.5) < 5 * 0.5 / np.sqrt(n)
        assert abs(in_x - (0.5 if name == "crossed" else 0)) < 5 * 0.5 / np.sqrt(n)
        assert recording.n_crossed == (n if name == "crossed" else 0)
        assert f"{n:,}" in recording.reading[-1]
        with pytest.raises(ValueError, match=rf"^rng must be given to draw the bits of {n} double clicks"):
            read_recording(tmp_path / "run.csv", **said)


def test_a_second_row_of_a_slot_in_a_table_of_both_is_a_second_click(tmp_path) -> None:
    head = "pulse,alice_bit,alice_basis,bob_basis,bob_bit\n"
    (tmp_path / "run.csv").write_text(head + "0,1,+,+,1\n3,0,x,x,0\n3,0,x,x,1\n5,1,+,x,1\n")
    recording = read(tmp_path / "run.csv")
    assert (recording.slots.tolist(), recording.n_recorded) == ([0, 3, 5], 3)
    assert recording.reading[-1] == "double clicks: 1, a random bit each"
    (tmp_path / "run.csv").write_text(head + "3,0,x,x,0\n3,1,x,x,1\n")
    with pytest.raises(RecordingError, match=r"line 3: pulse must occur once for Alice, got '3'"):
        read(tmp_path / "run.csv")


@pytest.mark.parametrize("head", ["H,V,D,A", "bob_click_h,bob_click_v,bob_click_d,bob_click_a", "0,1"])
def test_a_column_for_each_detector(head, tmp_path) -> None:
    # would catch detectors in another order, and counts above 1 that are taken for no click
    lines = [f"slot,alice_bit,alice_basis,bob_basis,{head.replace('0,1', 'd0,d1')}"]
    for k in range(N):
        clicks = ["0"] * 4
        if CLICKED[k]:
            clicks[2 * BOB_BASES[k] + BOB_BITS[k]] = str(1 + k % 3)
        if head == "0,1":
            clicks = clicks[2 * BOB_BASES[k] :][:2]
        lines.append(f"{k},{ALICE_BITS[k]},{ALICE_BASES[k]},{BOB_BASES[k]}," + ",".join(clicks))
    (tmp_path / "run.csv").write_text("\n".join(lines))
    assert is_the_run(read(tmp_path / "run.csv"))
    both = lines[0] + "\n0,1,0,0," + ("1,1" if head == "0,1" else "1,1,0,0")
    (tmp_path / "run.csv").write_text(both)
    assert read(tmp_path / "run.csv").reading[-1] == "double clicks: 1, a random bit each"


def test_files_that_say_nothing_of_a_party_are_refused(tmp_path) -> None:
    (tmp_path / "run.csv").write_text("slot,alice_bit,alice_basis,bob_basis\n0,1,0,0\n")
    with pytest.raises(RecordingError, match=r"columns must say what Bob held, got 'slot', 'alice_bit'"):
        read(tmp_path / "run.csv")
    (tmp_path / "bob.csv").write_text("slot,bit,basis\n0,1,0\n")
    with pytest.raises(RecordingError, match=r"columns must say what Alice held"):
        read(tmp_path / "bob.csv")
    (tmp_path / "run.csv").write_bytes("party,slot,basis,bit\nAlice,0,Z,1\n".encode("utf-16-le"))
    with pytest.raises(RecordingError, match=r"must be CSV text in UTF-8, .*, got bytes that are 0"):
        read(tmp_path / "run.csv")


def test_double_clicks_follow_from_the_seed(tmp_path) -> None:
    (tmp_path / "run.csv").write_text(wide(none="both"))
    said = {"n_pulses": N, "source": SOURCE, "security": "asymptotic"}
    one, again, other = (distill_recording(tmp_path / "run.csv", seed=seed, **said) for seed in (1, 1, 2))
    assert one.report() == again.report()
    assert np.array_equal(one.recording.bob.bits, again.recording.bob.bits)
    assert not np.array_equal(one.recording.bob.bits, other.recording.bob.bits)
    assert f"double clicks: {N - len(SLOTS)}, a random bit each" in one.report()


def test_npz_of_any_numpy_is_read_and_nothing_else_is_passed_over(tmp_path) -> None:
    session = run_session(n_pulses=5_000, link=IDEAL_LINK, shared_bits=0, security="asymptotic", seed=1)
    path = tmp_path / "run.npz"
    save_recording(session, path)
    assert sorted(np.load(path).files) == ["basis", "bit", "party", "slot"]
    said = {"n_pulses": 5_000, "source": SOURCE, "seed": 1, "security": "asymptotic"}
    assert distill_recording(path, **said).key == session.key
    # NumPy 2.1 takes savez's allow_pickle for an array
    with zipfile.ZipFile(path, "a") as archive:
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, np.array(False))
        archive.writestr("allow_pickle.npy", buffer.getvalue())
    result = distill_recording(path, **said)
    assert result.key == session.key
    assert result.recording.reading == ()
    np.savez(tmp_path / "more.npz", **dict(np.load(path)) | {"verdict": np.zeros(3)})
    assert (
        "not read: verdict" in read_recording(tmp_path / "more.npz", n_pulses=5_000, source=SOURCE).reading[0]
    )


def test_wide_arrays_with_nan_for_no_click(tmp_path) -> None:
    seen = np.where(CLICKED, BOB_BITS, np.nan)
    columns = {"alice_basis": ALICE_BASES, "alice_bit": ALICE_BITS, "bob_basis": BOB_BASES, "bob_bit": seen}
    np.savez(tmp_path / "run.npz", **columns)
    recording = read(tmp_path / "run.npz")
    assert is_the_run(recording)
    assert "'nan' is no click" in "\n".join(recording.reading)


@pytest.mark.long
def test_no_message_is_endless(tmp_path) -> None:
    rng = np.random.default_rng(0)
    side = "\n".join(",".join(map(str, rng.integers(0, 2, 100_000))) for _ in range(4))
    huge = "x" * 10**6
    texts = {
        "side": side,
        "header": huge,
        "names": ",".join(f"{k}{huge[:500]}" for k in range(500)) + "\n1",
        "field": f"party,slot,basis,bit\nAlice,0,{huge},1\n",
        "quotes": 'party,slot,basis,bit\nAlice,0,"' + huge,
        "blanks": " ".join("1" * 10_000 for _ in range(100)),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(RecordingError) as caught:
            read(tmp_path / name)
        assert len(str(caught.value)) < 900, name
    with pytest.raises(RecordingError, match=r"100,000 columns.*may lie on its side"):
        read(tmp_path / "side")
    for stated in ({"columns": huge}, {"bases": list(range(10**6))}, {"states": huge}, {"delimiter": huge}):
        with pytest.raises(ValueError, match=r"must") as refused:
            Layout(**stated)
        assert len(str(refused.value)) < 900


def test_from_arrays_is_what_a_file_gives(tmp_path) -> None:
    hers = {"alice_bases": ALICE_BASES, "alice_bits": ALICE_BITS}
    his = {"bob_bases": BOB_BASES[SLOTS], "bob_bits": BOB_BITS[SLOTS]}
    said = {"n_pulses": N, "slots": SLOTS, "source": SOURCE}
    whole = Recording.from_arrays(**said, **hers, **his)
    assert is_the_run(whole)
    assert is_the_run(Recording.from_arrays(**said, **{name: a[SLOTS] for name, a in hers.items()}, **his))
    stated = {"source": SOURCE, "seed": 1, "security": "asymptotic"}
    assert is_the_run(Recording.from_arrays(n_pulses=N, slots=SLOTS, **hers, **his))
    with pytest.raises(ValueError, match=r"^intensities must be None without a source of several, got an"):
        Recording.from_arrays(n_pulses=N, slots=SLOTS, intensities=ALICE_BITS, **hers, **his)
    one = distill_recording(whole, **stated)
    (tmp_path / "run.csv").write_text(wide("ZX"))
    other = distill_recording(tmp_path / "run.csv", n_pulses=N, **stated)
    assert one.accepted is other.accepted
    assert (one.qber, one.key_length) == (other.qber, other.key_length)
    with expect_refusal(f"n_pulses must be the recording's {N}, got 7"):
        distill_recording(whole, n_pulses=7, **stated)
    with pytest.raises(TypeError, match="bases is for files"):
        distill_recording(whole, bases="+x", **stated)
    for changes, message in (
        ({"slots": SLOTS[::-1]}, r"^slots\[1\] must be from 0 to 399 and above the one before"),
        ({"bob_bits": [0]}, r"^bob_bits must have shape \(\d+,\), got \(1,\)"),
        ({"alice_bits": ALICE_BITS + 2}, r"^alice_bits\[0\] must be 0 … 1, got "),
        ({"intensities": ALICE_BITS}, r"^intensities must be None for a source with only one"),
        ({"source": DecoySource()}, r"^intensities must be given for a source with several"),
    ):
        with pytest.raises(ValueError, match=message):
            Recording.from_arrays(**said | hers | his | changes)


def test_from_arrays_with_intensities_counts_what_was_sent() -> None:
    source = DecoySource(signal=0.5, decoy=0.1, vacuum=0.0)
    choices = np.arange(N) % 3
    said = {"n_pulses": N, "slots": SLOTS, "source": source, "bob_bases": BOB_BASES[SLOTS]}
    said |= {"bob_bits": BOB_BITS[SLOTS]}
    whole = Recording.from_arrays(alice_bases=ALICE_BASES, alice_bits=ALICE_BITS, intensities=choices, **said)
    assert whole.intensities.n_sent == (134, 133, 133)
    assert whole.intensities.choices.tolist() == choices[SLOTS].tolist()
    hers = {"alice_bases": ALICE_BASES[SLOTS], "alice_bits": ALICE_BITS[SLOTS], "intensities": choices[SLOTS]}
    with pytest.raises(ValueError, match=r"^n_sent must be given, as Alice has rows of \d+ of 400 pulses"):
        Recording.from_arrays(**hers, **said)
    part = Recording.from_arrays(n_sent=(134, 133, 133), **hers, **said)
    assert part.intensities.n_sent == whole.intensities.n_sent
    with pytest.raises(ValueError, match=r"^source must have the recording's intensities"):
        distill_recording(part, source=DecoySource(signal=0.6), seed=1)


def test_what_is_written_is_read_in_any_suffix(tmp_path) -> None:
    rows = {"party": np.array(["Alice", "Bob"]), "slot": np.zeros(2, int), "basis": np.array(["Z", "X"])}
    write_rows(tmp_path / "run.csv", [rows | {"bit": np.ones(2, int)}])
    (tmp_path / "run.dat").write_bytes((tmp_path / "run.csv").read_bytes())
    assert len(read(tmp_path / "run.dat").slots) == 1


@pytest.mark.long
def test_no_epsilon_is_claimed_for_a_passive_choice_of_the_basis(tmp_path) -> None:
    # an ideal run of four detectors; in one slot those of both bases click
    simulated = run_session(n_pulses=20_000, link=IDEAL_LINK, shared_bits=0, seed=1)
    save_recording(simulated, tmp_path / "run.csv")
    said = {"n_pulses": 20_000, "source": SOURCE, "seed": 1}
    alone = distill_recording(tmp_path / "run.csv", **said)
    assert alone.epsilon == pytest.approx(2e-10)
    lines = (tmp_path / "run.csv").read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("Bob,") and ",Z," in line)
    lines.insert(at + 1, lines[at].replace(",Z,", ",X,"))
    (tmp_path / "run.csv").write_text("\n".join(lines) + "\n")
    passive = distill_recording(tmp_path / "run.csv", **said)
    assert passive.recording.n_crossed == 1
    assert passive.epsilon is None
    assert "ε is not claimed: clicks in both bases at once" in passive.report()
    ledger = AuthenticationLedger.draw(512, np.random.default_rng(2))
    signed = distill_recording(tmp_path / "run.csv", ledger=ledger, **said)
    assert signed.accepted
    again = distill_recording(tmp_path / "run.csv", ledger=ledger, **said | {"seed": 2})
    assert again.distillation.authentication.epsilon is None
