import { html, mount, setText, svg } from "../../components/common.js";
import { counter, player } from "../../components/playback.js";
import { leakGauge } from "./cascade_gauge.js";
import { cascadeStates, passRows } from "./cascade_rows.js";

const FRAME_MS = 1800; // one frame at speed 1: time to read a sentence

function render({ model, el }) {
  const view = mount(model, el, "cascade");
  const { root, words, say, listen, on } = view;

  // ---- the page
  const top = html("div", { class: "top" }, root);
  const truth = html("label", { class: "pill all" }, top);
  const both = html("input", { type: "checkbox" }, truth);
  html("span", {}, truth, words.truth);
  const counters = html("div", { class: "counters" }, top);
  const correctedCount = counter(counters, words.corrected);
  const leftCount = counter(counters, words.left);
  const toStart = () => go(0);
  const toEnd = () => go(last());
  const back = () => go(position - 1);
  const step = () => go(position + 1);
  const toggle = () => {
    if (states.length) controls.toggle();
  };
  const controls = player(model, view, {
    buttons: {
      first: [toStart],
      back: [back],
      play: [toggle],
      step: [step],
      last: [toEnd],
      next_again: [() => go(nextAgain()), "restart"],
    },
    keys: { ArrowRight: step, ArrowLeft: back, Home: toStart, End: toEnd, " ": toggle },
    position: () => position,
    last,
    load,
    jump,
    play: wait,
    refresh,
  });
  const deck = html("div", { class: "deck" }, root); // what stays in view while the passes are scrolled
  deck.append(root.querySelector(".controls"));
  const scrub = html("div", { class: "scrub" }, deck);
  const place = html("input", { type: "range", min: 0, step: 1, "aria-label": words.place }, scrub);
  const placeValue = html("output", {}, scrub);
  const status = html("p", { class: "told", role: "status" }, deck); // below the buttons: these must not move
  const rows = passRows(root, words);
  const gauge = leakGauge(root, view);
  drawLegend();

  // ---- where we are
  let states = [];
  let position = 0;
  let timer = 0;

  function nextAgain() {
    const found = states.findIndex((state, i) => i > position && state.kind === "again");
    return found < 0 ? position : found;
  }

  function last() {
    return states.length - 1;
  }

  function jump(target) {
    position = Math.max(0, Math.min(target, last()));
    paint();
    controls.report();
  }

  function go(target) {
    controls.stop();
    jump(target);
  }

  function tick() {
    if (!model.get("playing")) return;
    if (position < last()) jump(position + 1);
    wait();
  }

  function wait() {
    clearTimeout(timer);
    if (position < last()) timer = setTimeout(tick, FRAME_MS / model.get("speed"));
    else controls.stop();
  }

  // ---- painting
  const wrongLeft = () => {
    const flipped = new Set(states[position].flips);
    return model.get("story").wrong.filter((bit) => !flipped.has(bit));
  };

  function told() {
    if (!states.length) return words.empty;
    const left = model.get("both_keys") ? wrongLeft().length : -1;
    const truly =
      left < 0 ? "" : left === 0 ? words.told_left_none : left === 1 ? words.told_left_one : say("told_left", { left });
    return `${states[position].text} ${truly}`.trim();
  }

  function refresh() {
    const [atStart, atEnd] = [position <= 0, position >= last()];
    const off = { first: atStart, back: atStart, play: last() < 1, step: atEnd, last: atEnd };
    controls.show({ ...off, next_again: nextAgain() === position });
    controls.tell(status, told());
    place.max = Math.max(0, last());
    place.value = position;
    const where = say("place_value", {
      number: view.count(states.length ? position + 1 : 0),
      total: view.count(states.length),
    });
    setText(placeValue, where);
    place.setAttribute("aria-valuetext", where);
  }

  function paint() {
    refresh();
    both.checked = model.get("both_keys");
    const state = states[position];
    root.dataset.kind = state?.kind ?? "";
    setText(correctedCount, view.count(state?.flips.length ?? 0));
    if (!state) return;
    const wrong = model.get("both_keys") ? wrongLeft() : [];
    setText(leftCount, model.get("both_keys") ? view.count(wrong.length) : words.left_hidden);
    gauge.paint(state.leak, model.get("story").needed);
    rows.paint(state, { wrong });
  }

  function layout() {
    rows.layout(model.get("projector") ? 1.4 : 1);
  }

  function drawLegend() {
    const legend = html("p", { class: "legend" }, root);
    const entry = (name, draw) => {
      const item = html("span", {}, legend);
      draw(svg("svg", { viewBox: "-9 -9 18 18", "aria-hidden": "true" }, item));
      html("span", {}, item, words[`legend_${name}`]);
    };
    const path = (d, kind) => (box) => svg("path", { d, class: kind }, box);
    entry("bit", path("M-3-3h6v6h-6z", "one"));
    entry("even", path("M-6 0l4 5 8-10", "tick"));
    entry("odd", path("M-5-5L5 5M5-5L-5 5", "cross"));
    entry("asked", path("M-8-6h16v12h-16z", "asked"));
    entry("corrected", path("M0-7L7 0 0 7-7 0z", "corrected"));
    entry("latest", path("M-7.5 0a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0-15 0", "latest"));
    entry("wrong", path("M0-5L6 5H-6z", "wrong"));
    html("span", { class: "hint" }, legend, words.keys);
  }

  function load() {
    const story = model.get("story");
    states = cascadeStates(story);
    rows.build(story);
    gauge.build(story);
    layout();
  }

  listen(place, "input", () => go(Number(place.value)));
  listen(both, "change", () => controls.send("both_keys", both.checked));
  let width = 0; // the height follows from it and from the passes that are open
  view.onResize(rows.frame, () => {
    if (rows.frame.clientWidth === width) return;
    width = rows.frame.clientWidth;
    layout();
    if (states.length) paint();
  });
  view.narrowBelow(60);
  view.undo.push(() => clearTimeout(timer));
  on(["both_keys"], view.painter(paint));
  on(
    ["projector"],
    view.painter(() => {
      layout();
      paint();
    }),
  );
  controls.begin();
  return view.cleanup;
}

export default { render };
