import { fill, html, icon, mount, setText, svg } from "../components/common.js";
import { leakGauge } from "./cascade_gauge.js";
import { cascadeStates, passRows } from "./cascade_rows.js";

const FRAME_MS = 1800; // one frame at speed 1: time to read a sentence
const REPORT_MS = 250; // how often Python hears of the position while playing

function render({ model, el }) {
  const view = mount(model, el, "cascade");
  const { root, words, say, listen, on } = view;
  const send = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };

  // ---- the page
  const top = html("div", { class: "top" }, root);
  const truth = html("label", { class: "truth" }, top);
  const both = html("input", { type: "checkbox" }, truth);
  html("span", {}, truth, words.truth);
  const counters = html("div", { class: "counters" }, top);
  const counter = (label) => {
    const box = html("div", {}, counters);
    html("span", {}, box, label);
    return html("b", {}, box);
  };
  const correctedCount = counter(words.corrected);
  const leftCount = counter(words.left);
  const bar = html("div", { class: "controls", role: "toolbar", "aria-label": words.name }, root);
  const button = (name, run, picture = name) => {
    const node = html("button", { type: "button", class: name }, bar);
    icon(picture, node);
    const text = html("span", {}, node, words[name]);
    listen(node, "click", () => {
      if (node.getAttribute("aria-disabled") !== "true") run();
    });
    return { node, text };
  };
  const toStart = () => go(0),
    toEnd = () => go(states.length - 1),
    back = () => go(position - 1),
    step = () => go(position + 1);
  const toggle = () => {
    if (states.length) send("playing", !model.get("playing"));
  };
  const firstButton = button("first", toStart);
  const backButton = button("back", back);
  const playButton = button("play", toggle);
  const stepButton = button("step", step);
  const lastButton = button("last", toEnd);
  const againButton = button("next_again", () => go(nextAgain()), "restart");
  const speedLabel = html("label", { class: "speed" }, bar);
  html("span", {}, speedLabel, words.speed);
  const speeds = model.get("speeds");
  const speed = html(
    "input",
    { type: "range", min: 0, max: speeds.length - 1, step: 1, "aria-label": words.speed },
    speedLabel,
  );
  const speedValue = html("output", {}, speedLabel);
  const scrub = html("div", { class: "scrub" }, root);
  const place = html("input", { type: "range", min: 0, step: 1, "aria-label": words.place }, scrub);
  const placeValue = html("output", {}, scrub);
  const told = html("p", { class: "told", role: "status" }, root); // below the buttons: these must not move
  const gauge = leakGauge(root, view);
  const rows = passRows(root, words);
  drawLegend();

  // ---- where we are
  let epoch = -1;
  let states = [];
  let position = 0;
  let timer = 0;
  let reported = 0;

  function nextAgain() {
    const found = states.findIndex((state, i) => i > position && state.kind === "again");
    return found < 0 ? position : found;
  }

  function report(now) {
    const time = performance.now();
    if (!now && time - reported < REPORT_MS) return;
    reported = time;
    const [e, p] = model.get("_arrived");
    if (e !== epoch || p !== position) send("_arrived", [epoch, position]);
  }

  function jump(target) {
    position = Math.max(0, Math.min(target, states.length - 1));
    paint();
    report(!model.get("playing"));
  }

  function go(target) {
    if (model.get("playing")) send("playing", false);
    jump(target);
  }

  function tick() {
    timer = 0;
    if (!model.get("playing")) return;
    if (position < states.length - 1) jump(position + 1);
    if (position < states.length - 1) wait();
    else send("playing", false);
  }

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(tick, FRAME_MS / model.get("speed"));
  }

  function playChanged() {
    clearTimeout(timer);
    if (model.get("playing")) {
      if (position >= states.length - 1) jump(0);
      if (states.length > 1) wait();
      else send("playing", false);
    } else report(true);
    controls();
    tell();
  }

  // ---- painting
  const wrongLeft = () => {
    const flipped = new Set(states[position].flips);
    return model.get("story").wrong.filter((bit) => !flipped.has(bit));
  };

  function tell() {
    told.setAttribute("aria-live", model.get("playing") ? "off" : "polite");
    if (!states.length) return setText(told, words.empty);
    const left = model.get("both_keys") ? wrongLeft().length : -1;
    const truly =
      left < 0 ? "" : left === 0 ? words.told_left_none : left === 1 ? words.told_left_one : say("told_left", { left });
    setText(told, `${states[position].text} ${truly}`.trim());
  }

  function controls() {
    const playing = model.get("playing");
    const last = states.length - 1;
    const disable = ({ node }, off) => node.setAttribute("aria-disabled", off);
    disable(firstButton, position <= 0);
    disable(backButton, position <= 0);
    disable(stepButton, position >= last);
    disable(lastButton, position >= last);
    disable(playButton, last < 1);
    disable(againButton, nextAgain() === position);
    if (playButton.node.dataset.playing !== String(playing)) {
      playButton.node.dataset.playing = playing;
      playButton.node.firstChild.replaceWith(icon(playing ? "pause" : "play", null));
      setText(playButton.text, playing ? words.pause : words.play);
    }
    const level = speeds.indexOf(model.get("speed"));
    speed.value = level;
    const shown = fill(words.speed_value, { speed: model.get("speed") });
    setText(speedValue, shown);
    speed.setAttribute("aria-valuetext", shown);
    place.max = Math.max(0, last);
    place.value = position;
    const where = say("place_value", {
      number: view.count(states.length ? position + 1 : 0),
      total: view.count(states.length),
    });
    setText(placeValue, where);
    place.setAttribute("aria-valuetext", where);
  }

  function paint() {
    controls();
    tell();
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

  function restart() {
    if (model.get("epoch") === epoch) return;
    epoch = model.get("epoch");
    const story = model.get("story");
    states = cascadeStates(story);
    rows.build(story);
    gauge.build(story);
    layout();
    const [seenEpoch, seen] = model.get("_arrived");
    const [goalEpoch, goal] = model.get("_goto");
    jump(seenEpoch === epoch ? seen : goalEpoch === epoch ? goal : 0);
    if (model.get("playing")) playChanged();
  }

  listen(speed, "input", () => send("speed", speeds[Number(speed.value)]));
  listen(place, "input", () => go(Number(place.value)));
  listen(both, "change", () => send("both_keys", both.checked));
  listen(root, "keydown", (event) => {
    const act = { ArrowRight: step, ArrowLeft: back, Home: toStart, End: toEnd, " ": toggle }[event.key];
    if (!act || event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.matches("button")) return;
    event.preventDefault();
    act();
  });
  let width = 0; // the height follows from it and from the passes that are open
  const resized = new ResizeObserver(() => {
    if (rows.frame.clientWidth === width) return;
    width = rows.frame.clientWidth;
    layout();
    if (states.length) paint();
  });
  resized.observe(rows.frame);
  view.narrowBelow(60);
  view.undo.push(
    () => resized.disconnect(),
    () => clearTimeout(timer),
  );
  on(["epoch"], view.painter(restart));
  on(["both_keys"], view.painter(paint));
  on(
    ["projector"],
    view.painter(() => {
      layout();
      paint();
    }),
  );
  on(["playing"], playChanged);
  on(["speed"], () => {
    controls();
    if (timer) wait();
  });
  on(["_goto"], () => {
    const [e, p] = model.get("_goto");
    if (e === epoch) jump(p);
  });
  restart();
  return view.cleanup;
}

export default { render };
