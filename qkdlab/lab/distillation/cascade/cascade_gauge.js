import { fill, html, setText } from "../../components/common.js";

const LEAST_SCALE = 1.6;

// A bar of f = leak / (n h(Q)) with the Shannon limit, and the published mean if there is one.
export function leakGauge(parent, view) {
  const { words, say } = view;
  const box = html("div", { class: "leak" }, parent);
  const head = html("div", { class: "leak-head" }, box);
  html("span", {}, head, words.gauge);
  const value = html("b", {}, head);
  const told = html("span", { class: "leak-told" }, head);
  const board = html("div", { class: "board", "aria-hidden": "true" }, box);
  const track = html("div", { class: "track" }, board);
  const within = html("div", { class: "within" }, track);
  const beyond = html("div", { class: "beyond qk-hatch" }, track);
  const limit = html("div", { class: "line limit" }, board);
  html("span", {}, limit, words.limit);
  const reference = html("div", { class: "line reference" }, board);
  const legend = html("div", { class: "reference-text" }, box);
  html("i", {}, legend);
  const mean = html("span", {}, legend);
  const number = new Intl.NumberFormat(words.locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const tenth = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 1 });
  let scale = LEAST_SCALE;

  function build({ needed, reference: known, frames }) {
    const last = frames.at(-1)?.leak[0] ?? 0;
    scale = Math.max(LEAST_SCALE, needed ? (1.08 * last) / needed : 0);
    limit.style.left = `${100 / scale}%`;
    reference.style.display = known ? "" : "none";
    if (!known) return setText(mean, "");
    reference.style.left = `${(100 * known.value) / scale}%`;
    setText(
      mean,
      fill(words.reference, {
        value: number.format(known.value),
        bits: view.count(known.n_bits),
        qber: view.percentShort(known.qber),
      }),
    );
  }

  function paint([leak, asked], needed) {
    const f = needed ? leak / needed : 0;
    setText(value, needed ? say("gauge_value", { value: number.format(f) }) : words.gauge_none);
    setText(
      told,
      say("gauge_told", { leak: view.count(leak), needed: tenth.format(needed), asked: view.count(asked) }),
    );
    within.style.width = `${(100 * Math.min(f, 1)) / scale}%`;
    beyond.style.left = `${100 / scale}%`;
    beyond.style.width = `${(100 * Math.max(0, f - 1)) / scale}%`;
  }

  return { build, paint };
}
