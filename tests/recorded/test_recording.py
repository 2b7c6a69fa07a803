"""Recorded events: the key of the simulation, memory for the clicks alone, refusals with file and line."""

import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab import (
    IDEAL_LINK,
    AbortReason,
    DecoySource,
    Detector,
    DetectorBlinding,
    InterceptResend,
    Link,
    Recording,
    RecordingError,
    RecordingSettings,
    SessionResult,
    SinglePhotonSource,
    WeakCoherentSource,
    distill_recording,
    read_recording,
    run_session,
    save_recording,
)
from qkdlab.recorded.tables import arrays as array_tables
from qkdlab.recorded.tables import text_tables
from qkdlab.recorded.tables.files import write_rows
from qkdlab.recorded.tables.table_rows import BLOCK_ROWS
from qkdlab.values import Basis, as_index
from tests.refusals import expect_refusal

DECOYS = DecoySource(signal=0.45, decoy=0.15, vacuum=2e-4, vacuum_probability=0.1)
SHORT = Link(length_km=5, misalignment_error=0.01, detector=Detector(efficiency=0.5))
NEAR = Link(misalignment_error=0.002, detector=Detector(efficiency=1.0))
STRONG = DecoySource(decoy=0.1, signal_probability=0.5, decoy_probability=0.4, vacuum_probability=0.1)
SESSIONS = {
    "plain": {"n_pulses": 60_000, "link": SHORT},
    "pairs": {"n_pulses": 60_000, "link": SHORT, "protocol": "BBM92"},
    "laser": {
        "n_pulses": 400_000,
        "link": replace(SHORT, source=WeakCoherentSource(mean_photon_number=0.1)),
        "security": "asymptotic",
        "cascade": "modified (1)",
    },
    "decoys": {"n_pulses": 400_000, "link": replace(SHORT, source=DECOYS), "security": "asymptotic"},
    "biased decoys": {"n_pulses": 800_000, "link": replace(NEAR, source=STRONG), "z_probability": 0.6},
    "finite key, tagged signals": {
        "n_pulses": 2_000_000,
        "link": replace(NEAR, source=DecoySource(signal=0.02, decoy=0.005)),
    },
    "Eve": {"n_pulses": 60_000, "link": SHORT, "eavesdropper": InterceptResend(fraction=1.0)},
}


ASSUMED = {"           ", "  Alice's o", "  QBER true"}
"""How the lines of a recording's report begin that a simulation's has not."""


def stated(session: SessionResult, **changes: object) -> dict[str, object]:
    """What has to be said of the recording of a simulated session."""
    names = ("n_pulses", "seed", "protocol", "z_probability", "cascade", "security")
    record = session.exchange.intensities
    facts = {name: getattr(session.settings, name) for name in names}
    source = session.settings.link.source
    return facts | {"source": source, "n_sent": record.n_sent if record else None} | changes


@pytest.mark.long
@pytest.mark.parametrize("suffix", [".csv", ".npz"])
@pytest.mark.parametrize("name", SESSIONS)
def test_the_recording_of_a_session_gives_its_key_letter_for_letter(name, suffix, tmp_path) -> None:
    # would catch: Alice's and Bob's rows exchanged or shifted, intensities by another number, another order
    # of the public choices, a pulse number or multi-photon probability that is not the one stated
    session = run_session(**{"seed": 5, "shared_bits": 0} | SESSIONS[name])
    save_recording(session, tmp_path / f"run{suffix}")
    recorded = distill_recording(tmp_path / f"run{suffix}", **stated(session))
    assert recorded.accepted is session.accepted is (name != "Eve")
    assert recorded.reason is session.reason
    assert (recorded.qber, recorded.true_qber) == (session.qber, session.true_qber)
    assert recorded.n_detected == session.n_detected
    assert hasattr(recorded, "key") is session.accepted
    if session.accepted:
        assert recorded.key == session.key == recorded.bob_key
    for mine, theirs in zip(recorded.channel.messages, session.channel.messages, strict=True):
        assert (mine.sender, mine.subject) == (theirs.sender, theirs.subject)
        assert np.array_equal(mine.payload, theirs.payload)
    # what both reports count is the same, letter for letter
    mine, theirs = (set(text.splitlines()) for text in (recorded.report(), session.report()))
    assert {line[:11] for line in mine - theirs} <= {"BB84 record", "BBM92 recor", "  source   ", *ASSUMED}
    assert len(mine & theirs) > 8
    assert "secret bits and bases" not in repr(recorded)


def test_what_is_stated_of_the_source_and_of_the_pulses_counts(tmp_path) -> None:
    # would catch a source or a number of pulses that is guessed, or dropped on the way to the key length
    session = run_session(seed=5, shared_bits=0, **SESSIONS["laser"])
    save_recording(session, tmp_path / "run.npz")

    def length(**changes: object) -> int:
        return distill_recording(tmp_path / "run.npz", **stated(session, **changes)).key_length

    assert length(source=SinglePhotonSource()) > length() == session.key_length > 0
    assert length() > length(n_pulses=500_000) > length(n_pulses=600_000)
    assert length(source=WeakCoherentSource(mean_photon_number=0.4)) == 0


def columns(n: int, seed: int = 1, share: float = 0.3) -> tuple[dict, dict]:
    """What Alice sent and Bob detected, every pulse recorded, as columns of text."""
    rng = np.random.default_rng(seed)
    basis, bit = rng.integers(0, 2, (2, n))
    clicks = np.flatnonzero(rng.random(n) < share)
    other = rng.integers(0, 2, len(clicks))
    read = np.where(other == basis[clicks], bit[clicks], rng.integers(0, 2, len(clicks)))
    words = np.array(["Z", "X"])
    return (
        {"party": np.full(n, "Alice"), "slot": np.arange(n), "basis": words[basis], "bit": bit},
        {"party": np.full(len(clicks), "Bob"), "slot": clicks, "basis": words[other], "bit": read},
    )


def both(alice: dict, bob: dict) -> dict:
    return {name: np.concatenate([alice[name], bob[name]]) for name in alice}


def equal(one: Recording, other: Recording) -> bool:
    pairs = [(one.slots, other.slots)]
    pairs += [
        (getattr(a, n), getattr(b, n))
        for a, b in ((one.alice, other.alice), (one.bob, other.bob))
        for n in ("bits", "bases")
    ]
    return all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.long
def test_one_file_or_several_in_any_order_of_the_parties_are_one_recording(tmp_path) -> None:
    # three blocks and a bit, so that clicks lie on both sides of the borders between blocks
    n = 3 * BLOCK_ROWS + 10
    alice, bob = columns(n)
    half = n // 2
    first, second = (
        {name: column[part] for name, column in alice.items()} for part in (slice(half), slice(half, None))
    )
    rows = both(alice, bob)
    order = np.argsort(rows["slot"], kind="stable")
    files = {
        "alice.csv": [alice],
        "bob.npz": [bob],
        "first.npz": [first],
        "second.csv": [second],
        "bob_first.csv": [bob, alice],
        "mixed.csv": [{name: column[order] for name, column in rows.items()}],
        "mixed.npz": [{name: column[order[::1]] for name, column in rows.items()}],
    }
    for name, blocks in files.items():
        write_rows(tmp_path / name, blocks)
    said = {"n_pulses": n, "source": SinglePhotonSource()}

    def read(*names: str) -> Recording:
        return read_recording(*(tmp_path / name for name in names), **said)

    whole = read("mixed.csv")
    assert whole.slots.tolist() == bob["slot"].tolist()
    assert whole.bob.bits.tolist() == bob["bit"].tolist()
    assert whole.alice.bits.tolist() == alice["bit"][bob["slot"]].tolist()
    assert [("Z", "X")[basis] for basis in whole.alice.bases] == alice["basis"][bob["slot"]].tolist()
    assert whole.n_recorded == n
    for names in (
        ["alice.csv", "bob.npz"],
        ["bob.npz", "first.npz", "second.csv"],
        ["bob_first.csv"],
        ["mixed.npz"],
    ):
        assert equal(read(*names), whole)


@pytest.mark.long
@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_memory_grows_with_the_clicks_and_not_with_the_pulses(suffix, tmp_path, monkeypatch) -> None:
    # would catch a file that is read whole, or Alice's lost pulses kept: of 20,000 more rows the slots alone
    # take 160 kB, and as text all is 5 MB
    for module in (text_tables, array_tables):
        monkeypatch.setattr(module, "BLOCK_ROWS", 1 << 9)
    peaks = []
    for n in (10_000, 30_000):
        alice, bob = columns(n, share=200 / n)
        path = tmp_path / f"{n}{suffix}"
        write_rows(path, [alice, bob])
        tracemalloc.start()
        read_recording(path, n_pulses=n, source=SinglePhotonSource())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 80_000
    assert peaks[1] < 1_500_000


@pytest.mark.parametrize("words", [("signal", "decoy", "vacuum"), ("0", "1", "2"), ("0.45", "0.150", "2e-4")])
def test_intensities_are_read_in_three_notations_and_counted(words, tmp_path) -> None:
    n = 3_000
    alice, bob = columns(n)
    choices = np.random.default_rng(3).choice(3, n, p=[0.7, 0.2, 0.1])
    files = {
        "text.csv": (np.array(words)[choices], np.full(len(bob["slot"]), "")),
        "numbers.npz": (
            (choices, np.zeros(len(bob["slot"]), dtype=int))
            if words[0] == "0"
            else (np.array([0.45, 0.15, 2e-4])[choices], np.full(len(bob["slot"]), np.nan))
        ),
    }
    for name, (hers, his) in files.items():
        write_rows(tmp_path / name, [both(alice | {"intensity": hers}, bob | {"intensity": his})])
        record = read_recording(tmp_path / name, n_pulses=n, source=DECOYS).intensities
        assert record.choices.tolist() == choices[bob["slot"]].tolist()
        assert record.n_sent == tuple(np.bincount(as_index(choices), minlength=3).tolist())
        assert record.means == (0.45, 0.15, 2e-4)


WANTED = (
    "party,slot,basis,bit, or slot,alice_basis,alice_bit,bob_basis,bob_bit for one row per pulse, "
    "or slot,basis,bit in a file that is named after its party"
)
BASIS = "be Z or X (or + x, R D, HV DA, 0 1, 0 45; bases= states others)"
BIT = "be 0, 1, or empty or −1 for no click (bits=, no_click=, double_click= state others)"
HEADER = "party,slot,basis,bit\n"
GOOD = "Alice,0,Z,1\nAlice,1,X,0\nBob,1,X,0\n"


@pytest.mark.parametrize("slot", [10**18, 2**63 - 1, 2**63, 10**30])
def test_a_slot_beyond_what_can_be_read_is_refused_with_the_true_limit(slot: int, tmp_path: Path) -> None:
    # would catch: "slot must be a whole number from 0 to 10^18, got 10^18"
    most, rows = 10**18 - 1, (f"Alice,{slot},Z,1\n", f"Alice,{10**18 - 1},Z,1\nBob,{10**18 - 1},Z,1\n")
    path, source = tmp_path / "run.csv", SinglePhotonSource()
    path.write_text(HEADER + rows[0], encoding="utf-8")
    with expect_refusal(
        f"{path}, line 2: slot must be a whole number from 0 to {most}, got '{slot}'", RecordingError
    ):
        read_recording(path, n_pulses=slot + 1, source=source)
    path.write_text(HEADER + rows[1], encoding="utf-8")
    assert read_recording(path, n_pulses=10**18, source=source).slots.tolist() == [most]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": must hold rows, got none"),
        (HEADER, ": must hold rows, got none"),
        (
            "party,slot,basis\n",
            f": columns must be {WANTED}, got 'party', 'slot', 'basis' (fields are separated by commas); "
            "columns= says which is which",
        ),
        (
            "teil;platz;basis\n",
            f": columns must be {WANTED}, got 'teil', 'platz', 'basis' (fields are separated by ';'); "
            "columns= says which is which",
        ),
        (HEADER + GOOD + "Bob,3,X\n", ", line 5: must have 4 fields, got 3 (fields are separated by commas)"),
        (HEADER + GOOD + "Carol,3,X,1\n", ", line 5: party must be Alice or Bob, got 'Carol'"),
        (HEADER + "\n" + GOOD + "\nBob,3,Y,1\n", f", line 7: basis must {BASIS}, got 'Y'"),
        (HEADER + GOOD + "Bob,3,Z,2\n", f", line 5: bit must {BIT}, got '2'"),
        (HEADER + GOOD + "Alice,3,Z,\n", ", line 5: bit must be 0 or 1, got ''"),
        (HEADER + GOOD + "Bob,nan,Z,1\n", ", line 5: slot must be a whole number from 0 to 9, got 'nan'"),
        (HEADER + GOOD + "Bob,-3,Z,1\n", ", line 5: slot must be a whole number from 0 to 9, got '-3'"),
        (
            HEADER + GOOD + "Bob,10,Z,1\n",
            ", line 5: slot must be a whole number from 0 to 9, got '10' "
            "(first_slot=1 if pulses count from 1)",
        ),
        (
            HEADER + GOOD + f"Bob,{10**18},Z,1\n",
            f", line 5: slot must be a whole number from 0 to 9, got '{10**18}'",
        ),
        (
            HEADER + GOOD + f"Bob,{2**64 + 2},Z,1\n",
            f", line 5: slot must be a whole number from 0 to 9, got '{2**64 + 2}'",
        ),
        (HEADER + GOOD + "Bob,٣,Z,1\n", ", line 5: slot must be a whole number from 0 to 9, got '٣'"),
        (HEADER + GOOD + "Alice,1,Z,1\n", ", line 5: slot must occur once for Alice, got '1'"),
        (HEADER + GOOD + "Alice,0,Z,1\n", ", line 5: slot must ascend for each party, here above 1, got '0'"),
        (
            HEADER + GOOD + "Bob,5,Z,1\nAlice,6,Z,1\n",
            ", line 5: slot must be one of which Alice has a row as well, got '5'",
        ),
        (
            HEADER + "Alice,2,Z,1\nBob,1,Z,1\n",
            ", line 3: slot must be one of which Alice has a row as well, got '1'",
        ),
        (
            HEADER + GOOD + "Bob," + 50 * "1" + ",Z,1\n",
            f", line 5: slot must have at most 40 characters, got {40 * '1'!r}…",
        ),
        (
            HEADER.replace("\n", ",intensity\n") + "Alice,0,Z,1,\nAlice,2,Z,1,signal\n",
            ", line 3: intensity must be empty for a source with only one, got 'signal'",
        ),
    ],
)
def test_bad_rows_are_refused_with_file_line_and_value(text, message, tmp_path) -> None:
    path = tmp_path / "run.csv"
    path.write_text(text, encoding="utf-8")
    with expect_refusal(f"{path}{message}", RecordingError):
        read_recording(path, n_pulses=10, source=SinglePhotonSource())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["signal", "dekoy"],
            ", line 3: intensity must be one of signal (0.45), decoy (0.15), vacuum (0.0002), got 'dekoy'",
        ),
        (
            ["0.45", "0.3"],
            ", line 3: intensity must be one of signal (0.45), decoy (0.15), vacuum (0.0002), got '0.3'",
        ),
        (
            ["0", "3"],
            ", line 3: intensity must be one of signal (0.45), decoy (0.15), vacuum (0.0002), got '3'",
        ),
        (
            ["signal", ""],
            ", line 3: intensity must be one of signal (0.45), decoy (0.15), vacuum (0.0002), got ''",
        ),
        # a vacuum written without a point must not become the signal
        (["0.45", "0"], ", line 3: intensity must be a mean photon number as in the rows before, got '0'"),
    ],
)
def test_bad_intensities_are_refused(words, message, tmp_path) -> None:
    path = tmp_path / "run.csv"
    rows = "".join(f"Alice,{slot},Z,1,{word}\n" for slot, word in enumerate(words))
    path.write_text(HEADER.replace("\n", ",intensity\n") + rows, encoding="utf-8")
    with expect_refusal(f"{path}{message}", RecordingError):
        read_recording(path, n_pulses=len(words), source=DECOYS)


def test_places_are_refused_where_they_could_be_mean_photon_numbers(tmp_path) -> None:
    # 0 may be the first place, the signal, or the vacuum
    path = tmp_path / "run.csv"
    path.write_text(HEADER.replace("\n", ",intensity\n") + "Alice,0,Z,1,0\n")
    message = "intensity must be a name, as it could be a place or a mean photon number, got '0'"
    with expect_refusal(f"{path}, line 2: {message}", RecordingError):
        read_recording(path, n_pulses=1, source=DecoySource(signal=2, decoy=1, vacuum=0))


def arrays(**changes: object) -> dict[str, object]:
    good = {"party": ["Alice", "Bob"], "slot": [0, 0], "basis": ["Z", "X"], "bit": [True, False]}
    return {name: np.array(column) for name, column in (good | changes).items()}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"slot": [0.0, np.nan]}, ", row 1: slot must be a whole number from 0 to 9, got nan"),
        ({"slot": [-1, 0]}, ", row 0: slot must be a whole number from 0 to 9, got -1"),
        ({"bit": [0, 7]}, f", row 1: bit must {BIT}, got 7"),
        ({"basis": [0, 2]}, f", row 1: basis must {BASIS}, got 2"),
        ({"basis": [b"Z", b"Y"]}, f", row 1: basis must {BASIS}, got 'Y'"),
        ({"basis": ["Z", "X" * 99]}, ": basis must hold short words or numbers, got dtype <U99"),
        ({"slot": [[0, 0]]}, ": slot must have shape (n_rows,), got shape (1, 2)"),
        ({"slot": [0]}, ": arrays must be of one length, got {'party': 2, 'slot': 1, 'basis': 2, 'bit': 2}"),
    ],
)
def test_bad_arrays_are_refused(changes, message, tmp_path) -> None:
    path = tmp_path / "run.npz"
    np.savez(path, **arrays(**changes))
    with expect_refusal(f"{path}{message}", RecordingError):
        read_recording(path, n_pulses=10, source=SinglePhotonSource())


def test_broken_files_are_refused_and_no_pickle_is_opened(tmp_path) -> None:
    said = {"n_pulses": 10, "source": SinglePhotonSource()}
    whole = tmp_path / "whole.npz"
    np.savez(whole, **arrays(party=[b"Alice", b"Bob"]))
    assert len(read_recording(whole, **said).slots) == 1
    for name, data in {"empty.npz": b"", "cut.npz": whole.read_bytes()[:-30], "text.npz": b"party"}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(RecordingError, match=rf"{name}: must be a whole NPZ file: "):
            read_recording(tmp_path / name, **said)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "short.npz", "w") as new:
        for item in old.namelist():
            new.writestr(item, old.read(item)[: -1 if item == "bit.npy" else None])
    with pytest.raises(RecordingError, match=r"short\.npz: must be a whole NPZ file: an array ends"):
        read_recording(tmp_path / "short.npz", **said)
    np.savez(tmp_path / "pickle.npz", **arrays(slot=np.array([0, None], dtype=object)))
    with pytest.raises(RecordingError, match=r"slot must hold short words or numbers, got dtype object$"):
        read_recording(tmp_path / "pickle.npz", **said)
    (tmp_path / "latin.csv").write_bytes(HEADER.encode() + b"Alice,0,\xff,1\n")
    with pytest.raises(RecordingError, match=r"latin\.csv, about line 2: must be CSV text in UTF-8"):
        read_recording(tmp_path / "latin.csv", **said)
    with pytest.raises(FileNotFoundError):
        read_recording(tmp_path / "none.csv", **said)
    with expect_refusal("paths must be one file or more, got ()"):
        read_recording(**said)


FIELDS = st.one_of(
    st.sampled_from(["Alice", "Bob", "0", "1", "2", "3", "Z", "X", "", "\0", '"', "-1", "nan", "1e3", "\n"]),
    st.text(max_size=3),
)


@settings(derandomize=True, max_examples=300)
@given(st.lists(st.lists(FIELDS, min_size=4, max_size=4), max_size=6))
def test_any_text_is_a_recording_or_a_recording_error(rows) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "run.csv")
        path.write_bytes((HEADER + "\n".join(",".join(row) for row in rows)).encode())
        try:
            recording = read_recording(
                path, n_pulses=4, source=SinglePhotonSource(), rng=np.random.default_rng(1)
            )
        except RecordingError as error:
            message = str(error)
        else:
            message = str(path)
            assert len(recording.slots) == len(recording.alice) == len(recording.bob) <= 4
        assert message.startswith(str(path))


def test_a_spreadsheet_s_csv_is_read(tmp_path) -> None:
    # byte order mark, CRLF, blanks after commas, another order of the columns, blank lines at the end
    path = tmp_path / "run.CSV"
    path.write_bytes(b"\xef\xbb\xbfslot, party, bit, basis\r\n0, Alice, 1, X\r\n0, Bob, 1, Z\r\n\r\n\r\n")
    recording = read_recording(path, n_pulses=1, source=SinglePhotonSource())
    assert (recording.alice.bases.tolist(), recording.bob.bits.tolist()) == ([1], [1])


def test_what_the_records_cannot_tell_must_be_stated(tmp_path) -> None:
    path = tmp_path / "run.csv"
    session = run_session(n_pulses=20_000, seed=1, link=replace(IDEAL_LINK, source=DECOYS))
    save_recording(session, path)
    said = stated(session)
    for name in ("n_pulses", "source", "seed"):
        with pytest.raises(TypeError, match=rf"missing 1 required keyword-only argument: '{name}'"):
            distill_recording(path, **{key: value for key, value in said.items() if key != name})
    n, seen = len(session.exchange.slots), np.bincount(session.exchange.intensities.choices, minlength=3)
    with expect_refusal(f"n_sent must be given, as Alice has rows of {n} of 20000 pulses, got None"):
        distill_recording(path, **said | {"n_sent": None})
    with expect_refusal("n_sent must sum to the 20000 pulses, got (1, 2, 3)"):
        distill_recording(path, **said | {"n_sent": (1, 2, 3)})
    with expect_refusal(
        f"n_sent must not be below Alice's rows, {tuple(seen.tolist())!r}, got (0, 19000, 1000)"
    ):
        distill_recording(path, **said | {"n_sent": (0, 19_000, 1_000)})
    with pytest.raises(
        ValueError, match=r"^source must fit the records, and with its intensities were sent "
    ):
        distill_recording(path, **said | {"n_sent": (16_000, 3_000, 1_000)})


def test_records_that_contradict_the_stated_bases_are_refused(tmp_path) -> None:
    # the key from both bases needs them equally likely: a biased run passed off as BB84 must give no key
    path = tmp_path / "run.csv"
    session = run_session(n_pulses=20_000, seed=1, link=IDEAL_LINK, z_probability=0.9)
    save_recording(session, path)
    said = stated(session)
    assert distill_recording(path, **said).accepted
    in_z = int(np.count_nonzero(session.exchange.alice.bases == 0))
    with expect_refusal(
        f"z_probability must fit the records, and Alice took Z in {in_z} of 20000 detected pulses, got None; "
        "(0.9, 0.9), Alice's and Bob's, is what they show; security='asymptotic' or 'classroom' would go on, "
        "with a warning and without a claim"
    ):
        distill_recording(path, **said | {"z_probability": None})


def test_records_that_no_fair_choice_gives_are_refused(tmp_path) -> None:
    # would catch: keys of bits that are not random, of events picked for equal bases, of a three-state run
    path, said = tmp_path / "run.csv", {"n_pulses": 20_000, "seed": 1, "source": SinglePhotonSource()}
    alice, bob = columns(20_000)
    write_rows(path, [alice | {"bit": np.zeros_like(alice["bit"])}, bob | {"bit": np.zeros_like(bob["bit"])}])
    with pytest.raises(
        ValueError, match=r"^recording must have random bits of Alice, got 0 of \d+ ones in Z"
    ):
        distill_recording(path, **said)
    picked = dict(zip(alice["slot"].tolist(), alice["basis"].tolist(), strict=True))
    write_rows(path, [alice, bob | {"basis": np.array([picked[slot] for slot in bob["slot"].tolist()])}])
    with pytest.raises(ValueError, match=r"^z_probability must fit the records, and bases are the same in "):
        distill_recording(path, **said)
    near = replace(IDEAL_LINK, source=DecoySource())
    session = run_session(n_pulses=50_000, seed=1, link=near, protocol="three-state", security="asymptotic")
    save_recording(session, path)
    with pytest.raises(
        ValueError, match=r"^recording must have random bits of Alice, got 0 of \d+ ones in X"
    ):
        distill_recording(path, **stated(session, protocol="BB84", z_probability=0.9))


def test_an_alarm_is_not_lost(tmp_path) -> None:
    # a rejected session must not come back as a key
    watched = Detector(efficiency=1.0, dark_count_probability=0.0, watches_light=True)
    session = run_session(
        n_pulses=20_000, seed=1, link=Link(detector=watched), eavesdropper=DetectorBlinding()
    )
    assert session.reason is AbortReason.DETECTOR_ALARM
    alarms = session.exchange.n_alarms
    with expect_refusal(f"recorded must have no alarm of Bob's monitor, got {alarms}"):
        save_recording(session, tmp_path / "run.csv")


@pytest.mark.long
def test_gains_that_no_light_gives_are_refused(tmp_path) -> None:
    # decoys detected far more often than signals
    rng, n = np.random.default_rng(1), 100_000
    source = DecoySource(signal=0.5, decoy=0.1, vacuum=0.0)
    chances = [choice.probability for choice in source.intensities]
    choices = rng.choice(3, n, p=chances)
    clicked = rng.random(n) < np.array([0.02, 0.5, 0.001])[choices]
    slots = np.flatnonzero(clicked)
    bits, bases, others = rng.integers(0, 2, (3, n))
    names = np.array(["signal", "decoy", "vacuum"])
    alice = {"party": np.full(n, "Alice"), "slot": np.arange(n), "basis": np.array(["Z", "X"])[bases]}
    alice |= {"bit": bits, "intensity": names[choices]}
    bob = {"party": np.full(len(slots), "Bob"), "slot": slots, "basis": np.array(["Z", "X"])[others[slots]]}
    bob |= {"bit": bits[slots], "intensity": np.full(len(slots), "")}
    write_rows(tmp_path / "run.csv", [alice, bob])
    with pytest.raises(ValueError, match=r"^source must fit the records, and no such light gives "):
        distill_recording(tmp_path / "run.csv", n_pulses=n, seed=1, source=source, security="asymptotic")


def test_other_protocols_and_settings_are_refused(tmp_path) -> None:
    said = {"n_pulses": 10, "seed": 1, "source": SinglePhotonSource()}
    with expect_refusal("protocol must be one of 'BB84', 'BBM92', got 'SARG04'"):
        RecordingSettings(protocol="SARG04", **said)
    with pytest.raises(TypeError, match="link"):
        distill_recording("none.csv", link=IDEAL_LINK, **said)
    with pytest.raises(
        ValueError, match=r"^security must be 'asymptotic' for a laser and z_probability 0\.9"
    ):
        RecordingSettings(**said | {"source": WeakCoherentSource(), "z_probability": 0.9})
    for protocol in ("SARG04", "six-state"):
        session = run_session(
            n_pulses=1_000, seed=1, link=IDEAL_LINK, protocol=protocol, security="asymptotic"
        )
        with pytest.raises(
            ValueError, match=r"^recorded must be of a protocol that announces the basis Z or X"
        ):
            save_recording(session, tmp_path / "run.csv")
    with pytest.raises(ValueError, match=r"^path must end in \.csv or \.npz, got "):
        save_recording(run_session(n_pulses=10, seed=1), tmp_path / "run.txt")


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_a_run_without_clicks_is_a_rejected_recording(suffix, tmp_path) -> None:
    alice, bob = columns(100, share=0)
    write_rows(tmp_path / f"run{suffix}", [alice, bob])
    result = distill_recording(tmp_path / f"run{suffix}", n_pulses=100, seed=1, source=SinglePhotonSource())
    assert result.reason is AbortReason.TOO_FEW_SIFTED_BITS
    assert (result.true_qber, result.key_length, hasattr(result, "key")) == (None, 0, False)
    assert "NO KEY YET" in result.report()
    assert repr(result) == f"RejectedRecording(100 pulses, rejected: {result.reason})"


def test_progress_is_told(tmp_path) -> None:
    session = run_session(seed=5, shared_bits=0, **SESSIONS["plain"])
    save_recording(session.exchange, tmp_path / "run.npz")
    shares: list[float] = []
    distill_recording(tmp_path / "run.npz", progress=shares.append, **stated(session))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert Path(tmp_path / "run.npz").exists()


def test_letters_stand_for_their_bases(tmp_path) -> None:
    # reading and writing back would not tell: would catch Z and X exchanged in both
    path = tmp_path / "run.csv"
    path.write_text("party,slot,basis,bit\nAlice,0,Z,1\nBob,0,X,0\nAlice,3,X,1\nBob,3,Z,1\n")
    recording = read_recording(path, n_pulses=4, source=SinglePhotonSource())
    assert recording.alice.bases.tolist() == [Basis.Z, Basis.X]
    assert recording.bob.bases.tolist() == [Basis.X, Basis.Z]
    assert (recording.alice.bits.tolist(), recording.bob.bits.tolist()) == ([1, 1], [0, 1])
