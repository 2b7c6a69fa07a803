// What happened to a pulse, in sentences: to the eyes of `viewpoint`, or in public.
export function toldPulse({ pulse, kept, viewpoint, evePresent, number }, { words, say }) {
  const [aliceBit, aliceBasis, eveBasis, eveBit, arrived, bobBasis, bobBit] = pulse;
  const named = (name, bit, basis) => say(name, { bit, basis: words[`basis_${basis}`] });
  const out = [say("told_pulse", { number })];
  if (viewpoint === "all") {
    out.push(named("told_all_alice", aliceBit, aliceBasis));
    if (eveBit != null) out.push(named("told_all_eve", eveBit, eveBasis));
    if (!arrived) out.push(named(bobBit == null ? "told_all_lost" : "told_all_dark", bobBit, bobBasis));
    else out.push(named("told_all_bob", bobBit, bobBasis));
    const end = bobBit == null ? "no_click" : !kept ? "dropped" : aliceBit === bobBit ? "same" : "error";
    return [...out, words[`told_all_${end}`]];
  }
  if (viewpoint === "alice") out.push(named("told_alice", aliceBit, aliceBasis));
  if (viewpoint === "eve") {
    if (!evePresent) out.push(words.told_eve_absent);
    else out.push(eveBit == null ? words.told_eve_passes : named("told_eve_reads", eveBit, eveBasis));
  }
  if (viewpoint === "bob") out.push(named(bobBit == null ? "told_bob_nothing" : "told_bob_reads", bobBit, bobBasis));
  const bases = { alice: words[`basis_${aliceBasis}`], bob: words[`basis_${bobBasis}`] };
  const outcome = bobBit == null ? "no_click" : kept ? "kept" : "dropped";
  return [...out, say(`told_public_${outcome}`, bases)];
}
