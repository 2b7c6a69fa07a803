"""The words of the live figures of distillation."""

from typing import Final

from ...components.text import add_words

HASH_LENGTH_FIGURE: Final = {
    "title": "How far a hash is from random bits",
    "x": "bits by which the hash is shorter than what Eve lacks",
    "y": "distance from random bits",
    "bound": "the lemma: at most so much",
    "least": "at least so much: more hashes than keys",
    "measured": "found with all keys, 8 bits unknown",
    "epsilon": "ε = 10⁻¹⁰",
    "left_out": "Bits left out",
    "unknown": "Bits that Eve lacks",
    "short": "Of {unknown} unknown bits a hash of {length} leaves {left_out} out: its distance from "
    "random bits is {distance} at most. For ε = 10⁻¹⁰ it has to leave out {needed}, here {share} of what "
    "Eve lacks.",
    "long": "A hash of {length} bits has {more} more than the {unknown} that Eve lacks. The lemma "
    "promises nothing of it: most hashes of that length cannot be, and the distance is {least} at least.",
    "nothing": "Eve lacks {unknown} bits. Without {left_out} of them no key is left.",
}

KEY_LIMIT_FIGURE: Final = {
    "title": "What is left of a corrected bit, in a very long run",
    "x": "QBER",
    "y": "secret bits for each bit that is corrected",
    "bb84": "BB84",
    "six_state": "six-state protocol",
    "questions": "BB84, Bob's questions charged, too",
    "end": "nothing is left",
    "qber": "QBER",
    "efficiency": "f of the correction",
    "told": "At {qber} Eve may know {known} of a bit of BB84, and correction announces {announced}: "
    "{left} is left. The key ends at {bb84}; at {six_state} with six states, at {questions} if Bob's "
    "questions are charged, too.",
    "none": "nothing",
}

SHORT_RUN_FIGURE: Final = {
    "title": "A short run has no key",
    "x": "pulses sent",
    "y": "secret bits per pulse",
    "finite": "finite run, ε = 10⁻¹⁰ (theory)",
    "endless": "endless run (theory)",
    "runs": "simulated sessions",
    "pulses": "Pulses sent",
    "qber": "Errors of the line",
    "share": "Share compared",
    "told": "Of {pulses} pulses {sample} bits are compared: the margin μ is {margin}. {bits} secret bits "
    "are expected, {share} of what an endless run makes of them.",
    "told_none": "Of {pulses} pulses {sample} bits are compared: the margin μ is {margin}. That leaves no "
    "key.",
    "told_few": "Of {pulses} pulses {sample} bits are compared: too few to say anything.",
}

INTERVAL_FIGURE: Final = {
    "title": "What a sample says about the rest",
    "x": "bits compared",
    "y": "error rate",
    "proof": "what the finite-key proof allows for",
    "upper": "95 % interval, upper end",
    "lower": "95 % interval, lower end",
    "seen": "seen in the sample",
    "sample": "Bits compared",
    "qber": "Wrong in the sample",
    "told": "Of {sample} compared bits {qber} are wrong. By the 95 % interval the true rate is between "
    "{lower} and {upper}. The proof allows for {proof} in the bits that were not compared.",
}

FRAME_FIGURE: Final = {
    "title": "One message must do for the unlucky frames",
    "x": "bits of a frame",
    "y": "f: told bits over the Shannon limit",
    "needed": "told in one message, at the least",
    "limit": "Shannon limit",
    "length": "Bits of a frame",
    "qber": "QBER",
    "lost": "Frames that may fail",
    "told": "Frames of {length} bits have {mean} errors on average, and up to {worst} in {share} of "
    "them. A message that does for those tells {efficiency} times the Shannon limit.",
}

FOLDING_FIGURE: Final = {
    "title": "Eve's keys fall together as they are hashed",
    "x": "hash, as a number",
    "y": "keys that Eve holds possible",
    "found": "keys with this hash",
    "even": "if they were spread evenly",
    "place": "Look at hash",
    "hash_bits": "Bits of the hash",
    "known": "Bits Eve knows of 6",
    "draw": "Seed",
    "here": "hash {hash}: {number} of them",
    "beyond": "there are only {number} hashes of {bits} bits",
    "told": "Eve holds {left} keys possible; {here}. She guesses the hash rightly once in {guess} times; "
    "{bits} random bits, once in {chance}. So she knows something of it.",
    "told_even": "Eve holds {left} keys possible; {here}. She guesses the hash rightly once in {guess} "
    "times, as she would guess {bits} random bits. So she knows nothing of it.",
}

EPSILON_FIGURE: Final = {
    "title": "A smaller ε is cheap",
    "x": "n, for ε = 10⁻ⁿ",
    "y": "secret bits per pulse",
    "rate": "expected key (theory)",
    "power": "n, for ε = 10⁻ⁿ",
    "pulses": "Pulses sent",
    "told": "With ε = {epsilon}, {pulses} pulses make {bits} secret bits. An ε that is 100,000 times "
    "smaller costs {cost} of them.",
    "told_none": "With ε = {epsilon}, {pulses} pulses make no key.",
}

add_words(
    {
        "interval_figure": INTERVAL_FIGURE,
        "frame_figure": FRAME_FIGURE,
        "folding_figure": FOLDING_FIGURE,
        "epsilon_figure": EPSILON_FIGURE,
        "hash_length_figure": HASH_LENGTH_FIGURE,
        "key_limit_figure": KEY_LIMIT_FIGURE,
        "short_run_figure": SHORT_RUN_FIGURE,
    }
)
