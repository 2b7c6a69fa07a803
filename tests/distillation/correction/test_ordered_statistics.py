"""Ordered statistics: few parities amiss are put right by the least certain bits, or not at all."""

import numpy as np
import pytest

from qkdlab.distillation.correction.belief_propagation import CERTAIN, Decoder, Told
from qkdlab.distillation.correction.ldpc_codes import LdpcCode, column_degrees, get_code
from qkdlab.distillation.correction.ordered_statistics import few_amiss, mend
from qkdlab.values import Bits

CODE = get_code(143, 100)


def told_of(errors: Bits, split: np.ndarray, code: LdpcCode = CODE) -> Told:
    first, second = code.by_pairs(code.syndrome(errors))
    return Told(sums=first ^ second, firsts=np.where(split, first, 0).astype(np.uint8), split=split)


def certainties(doubted: np.ndarray, seed: int) -> np.ndarray:
    """Return beliefs of a frame in which the bits that are `doubted` are among the least certain hundred."""
    rng = np.random.default_rng(seed)
    weak = np.concatenate([doubted, rng.choice(CODE.n_bits, 100 - len(doubted), replace=False)])
    certainty = rng.uniform(5, 20, CODE.n_bits)
    certainty[weak] = rng.uniform(0, 1, 100)
    return certainty.astype(np.float32)


@pytest.mark.parametrize("share", [0, 0.5, 1])
@pytest.mark.parametrize("n_wrong", [1, 3, 12])
def test_a_few_wrong_bits_are_found(share, n_wrong) -> None:
    # would catch: parities of joined pairs counted alone, solutions in the wrong bits, a basis not reduced
    for seed in range(5):
        rng = np.random.default_rng(seed)
        split = rng.random(CODE.n_checks // 2) < share
        truth = (rng.random(CODE.n_bits) < 0.02).astype(np.uint8)
        wrong = rng.choice(CODE.n_bits, n_wrong, replace=False)
        guess = truth.copy()
        guess[wrong] ^= 1
        amiss = told_of(truth, split).amiss(CODE, guess)
        flips = mend(CODE, split, amiss, certainties(wrong, seed))
        assert sorted(flips) == sorted(wrong)


def test_a_chain_of_bits_in_two_checks_each_is_found() -> None:
    # all but the ends of the chain cancel: two parities amiss, and five wrong bits that tell nothing
    assert np.all(column_degrees(143)[:6] == 2)
    split = np.ones(CODE.n_checks // 2, dtype=bool)
    chain = [0]
    for column in range(1, 5):
        checks = CODE.layers[column]
        (place,) = np.flatnonzero(np.any(checks == chain[-1], axis=0))
        (bit,) = [bit for bit in checks[:, place] if bit // CODE.lift == column]
        chain.append(int(bit))
    guess = np.zeros(CODE.n_bits, dtype=np.uint8)
    guess[chain] = 1
    amiss = told_of(np.zeros_like(guess), split).amiss(CODE, guess)
    assert np.count_nonzero(amiss) == 2
    assert sorted(mend(CODE, split, amiss, certainties(np.array(chain), 3))) == sorted(chain)


def test_the_least_certain_bits_that_will_do_are_changed() -> None:
    # two bits in the same checks, as no code of ours has them: either will do
    same = np.arange(200)
    twins = LdpcCode(
        rows=[0, 0, 1, 1], columns=[0, 1, 0, 1], permutations=[same] * 4, n_rows=2, n_columns=2, lift=200
    )
    split, wrong = np.ones(200, dtype=bool), np.zeros(400, dtype=np.uint8)
    wrong[7] = 1
    amiss = told_of(wrong, split, twins).amiss(twins, np.zeros_like(wrong))
    for doubtful in (7, 207):
        certainty = np.full(400, 9, dtype=np.float32)
        certainty[[7, 207]] = 2
        certainty[doubtful] = 1
        assert mend(twins, split, amiss, certainty).tolist() == [doubtful]


def test_what_is_certain_or_not_credible_is_not_changed() -> None:
    split = np.ones(CODE.n_checks // 2, dtype=bool)
    guess = np.zeros(CODE.n_bits, dtype=np.uint8)
    wrong = np.array([500, 9_000])
    guess[wrong] = 1
    amiss = told_of(np.zeros_like(guess), split).amiss(CODE, guess)
    certainty = certainties(wrong, 4)
    assert len(mend(CODE, split, amiss, certainty)) == 2
    known, sure = certainty.copy(), certainty.copy()
    known[500] = np.inf  # the bit was disclosed, or is no key bit
    sure[:] = np.where(certainty < 1, 16, 60)  # e⁻³² : these errors instead of the others are no explanation
    for changed in (known, sure):
        assert mend(CODE, split, amiss, changed).size == 0


def test_only_a_few_parities_are_worth_it() -> None:
    split = np.zeros(CODE.n_checks // 2, dtype=bool)  # 1600 told
    amiss = np.zeros((2, len(split)), dtype=np.uint8)
    for n_amiss, worth in ((25, True), (26, False)):
        amiss[0, :n_amiss] = 1
        assert few_amiss(split, amiss) is worth
    longer = np.ones(100_000, dtype=bool)
    amiss = np.zeros((2, len(longer)), dtype=np.uint8)
    for n_amiss, worth in ((64, True), (65, False)):
        amiss[0, :n_amiss] = 1
        assert few_amiss(longer, amiss) is worth


def test_a_decoder_mends_what_it_is_left_with() -> None:
    rng = np.random.default_rng(8)
    truth = (rng.random(CODE.n_bits) < 0.02).astype(np.uint8)
    split = rng.random(CODE.n_checks // 2) < 0.5
    told = told_of(truth, split)
    beliefs = np.full(CODE.n_bits, np.log(49), dtype=np.float32)
    beliefs[:100] = np.where(truth[:100], -CERTAIN, CERTAIN)
    decoder = Decoder(CODE, beliefs)
    wrong = rng.choice(np.arange(100, CODE.n_bits), 5, replace=False)
    decoder._totals = np.where(truth, -20, 20).astype(np.float32)
    decoder._totals[:100] = 0.01 * decoder._totals[:100]  # known, whatever the messages say
    decoder._totals[wrong] = np.where(truth[wrong], 0.3, -0.3)
    assert decoder.run(told, max_iterations=0)
    assert np.array_equal(decoder.errors, truth)
    decoder.learn(wrong[:1], truth[wrong[:1]] ^ 1)  # what is known of one of them was wrong: it stays
    decoder._totals[wrong[0]] = np.where(truth[wrong[0]], 0.3, -0.3)
    assert not decoder.run(told, max_iterations=0)
