import { calm, fill, html, icon, mount, setText } from "../components/common.js";
import { scene } from "./photon_scene.js";
import { basisSign, picture, stateSign } from "./photon_signs.js";
import { pulseTable } from "./photon_table.js";

const FLIGHT_MS = 1400; // one pulse at speed 1
const REST_MS = 500; // the pause in which the viewer reads what happened
const REPORT_MS = 250; // how often Python hears of the position while playing
const VIEWS = ["alice", "eve", "bob", "all"];

function render({ model, el }) {
  const view = mount(model, el, "stage");
  const { root, words, say, listen, on } = view;
  const pulses = () => model.get("pulses");
  const send = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const see = (who) => model.get("viewpoint") === "all" || model.get("viewpoint") === who;

  // ---- the page
  const choice = html("div", { class: "views", role: "radiogroup", "aria-label": words.view }, root);
  html("span", { class: "lead", "aria-hidden": "true" }, choice, words.view);
  const group = `qk-${Math.random().toString(36).slice(2)}`;
  const radios = VIEWS.map((name) => {
    const label = html("label", { class: name }, choice);
    const input = html("input", { type: "radio", name: group, value: name }, label);
    html("span", {}, label, name === "all" ? words.view_all : words[name]);
    listen(input, "change", () => {
      if (input.checked) send("viewpoint", name);
    });
    return input;
  });
  const drawing = html("div", { class: "drawing" }, root);
  const stage = scene(drawing, words);
  const told = html("p", { class: "told", role: "status" }, root);
  const bar = html("div", { class: "controls", role: "toolbar", "aria-label": words.name }, root);
  const button = (name, run) => {
    const node = html("button", { type: "button", class: name }, bar);
    icon(name, node);
    const text = html("span", {}, node, words[name]);
    listen(node, "click", () => {
      if (node.getAttribute("aria-disabled") !== "true") run();
    });
    return { node, text };
  };
  const backButton = button("back", back);
  const stepButton = button("step", step);
  const playButton = button("play", () => send("playing", !model.get("playing")));
  const restartButton = button("restart", () => {
    stop();
    jump(0);
  });
  const speedLabel = html("label", { class: "speed" }, bar);
  html("span", {}, speedLabel, words.speed);
  const speeds = model.get("speeds");
  const speed = html(
    "input",
    { type: "range", min: 0, max: speeds.length - 1, step: 1, "aria-label": words.speed },
    speedLabel,
  );
  const speedValue = html("output", {}, speedLabel);
  const counters = html("div", { class: "counters" }, root);
  const counter = (label, hidden = false) => {
    const box = html("div", hidden ? { class: "omniscient" } : {}, counters);
    html("span", {}, box, label);
    return html("b", {}, box);
  };
  const sentCount = counter(words.pulses);
  const clickCount = counter(words.clicks);
  const keptCount = counter(words.kept_count);
  const errorCount = counter(words.errors, true);
  const qberCount = counter(words.qber, true);
  const table = pulseTable(root, words);
  const legend = html("p", { class: "legend" }, root);
  for (const basis of [0, 1]) {
    const entry = html("span", {}, legend);
    picture(entry, (box) => basisSign(box, basis));
    html("span", {}, entry, `${words[`basis_${basis}_name`]}:`);
    for (const bit of [0, 1]) {
      picture(entry, (box) => stateSign(box, bit, basis), words[`state_${bit}${basis}`]);
      html("span", {}, entry, ` ${bit}`);
    }
  }
  html("span", { class: "hint" }, legend, words.keys);

  // ---- where we are: `position` pulses have arrived; `flight` is the way of the next one, or null
  let epoch = -1;
  let position = 0;
  let flight = null;
  let resting = 0;
  let single = false; // fly one pulse only
  let frame = 0;
  let before = 0;
  let reported = 0;
  let counts = { clicks: 0, kept: 0, errors: 0 };

  function report(now = false) {
    const time = performance.now();
    if (!now && time - reported < REPORT_MS) return;
    reported = time;
    const [e, p] = model.get("_arrived");
    if (e !== epoch || p !== position) send("_arrived", [epoch, position]);
  }

  function count(from, to, sign) {
    const kept = model.get("_kept");
    for (let i = from; i < to; i++) {
      const [aliceBit, , , , , , bobBit] = pulses()[i];
      counts.clicks += sign * (bobBit != null);
      counts.kept += sign * kept[i];
      counts.errors += sign * (kept[i] && aliceBit !== bobBit);
    }
  }

  function jump(target) {
    const goal = Math.max(0, Math.min(target, pulses().length));
    if (goal >= position) count(position, goal, 1);
    else count(goal, position, -1);
    position = goal;
    flight = null;
    single = false;
    resting = 0;
    paint();
    report(!model.get("playing"));
  }

  function back() {
    const flying = flight != null;
    stop();
    jump(flying ? position : position - 1);
  }

  function step() {
    const playing = model.get("playing");
    if (playing) stop();
    if (flight != null) jump(position + 1);
    if (position >= pulses().length) return;
    if (calm()) return jump(position + 1);
    flight = 0;
    single = true;
    paint();
    run();
  }

  function stop() {
    single = false;
    if (model.get("playing")) send("playing", false);
  }

  function run() {
    if (frame) return;
    before = performance.now();
    frame = requestAnimationFrame(tick);
  }

  function tick(time) {
    frame = 0;
    const playing = model.get("playing");
    if (!playing && !single) return;
    const passed = Math.max(0, Math.min(100, time - before)) * model.get("speed");
    before = time;
    if (resting > 0) resting -= passed;
    else if (flight == null && position >= pulses().length) return finish();
    else {
      flight = (flight ?? 0) + (calm() ? 1 : passed / FLIGHT_MS);
      if (flight >= 1) {
        jump(position + 1);
        resting = REST_MS;
      } else draw();
    }
    frame = requestAnimationFrame(tick);
  }

  function finish() {
    stop();
    report(true);
    paint();
  }

  function playChanged() {
    const playing = model.get("playing");
    if (playing) {
      single = false;
      if (position >= pulses().length) jump(0);
      if (pulses().length) run();
    } else report(true);
    controls();
    tell();
  }

  // ---- painting
  function lookAt() {
    const pulse = flight == null ? pulses()[position - 1] : pulses()[position];
    return { pulse: pulse ?? null, index: flight == null ? position - 1 : position };
  }
  const everyone = (who) => (who === "everyone" ? model.get("viewpoint") === "all" : see(who));

  function draw() {
    const { pulse, index } = lookAt();
    stage.draw({
      pulse,
      flight,
      kept: Boolean(model.get("_kept")[index]),
      see: everyone,
      evePresent: model.get("eve_present"),
    });
  }

  function sentences() {
    if (!pulses().length) return [model.get("summary")];
    if (flight != null) return [say("told_flying", { number: view.count(position + 1) })];
    if (position === 0) return [words.told_ready];
    const { pulse, index } = lookAt();
    const [aliceBit, aliceBasis, eveBasis, eveBit, arrived, bobBasis, bobBit] = pulse;
    const named = (name, bit, basis) => say(name, { bit, basis: words[`basis_${basis}`] });
    const kept = model.get("_kept")[index];
    const out = [say("told_pulse", { number: view.count(position) })];
    const viewpoint = model.get("viewpoint");
    if (viewpoint === "alice") out.push(named("told_alice", aliceBit, aliceBasis));
    if (viewpoint === "eve") {
      if (!model.get("eve_present")) out.push(words.told_eve_absent);
      else out.push(eveBit == null ? words.told_eve_passes : named("told_eve_reads", eveBit, eveBasis));
    }
    if (viewpoint === "bob") out.push(named(bobBit == null ? "told_bob_nothing" : "told_bob_reads", bobBit, bobBasis));
    if (viewpoint === "all") {
      out.push(named("told_all_alice", aliceBit, aliceBasis));
      if (eveBit != null) out.push(named("told_all_eve", eveBit, eveBasis));
      if (!arrived) out.push(named(bobBit == null ? "told_all_lost" : "told_all_dark", bobBit, bobBasis));
      else out.push(named("told_all_bob", bobBit, bobBasis));
    }
    if (viewpoint === "all") {
      const end = bobBit == null ? "no_click" : !kept ? "dropped" : aliceBit === bobBit ? "same" : "error";
      out.push(words[`told_all_${end}`]);
      return out;
    }
    const bases = { alice: words[`basis_${aliceBasis}`], bob: words[`basis_${bobBasis}`] };
    const outcome = bobBit == null ? "no_click" : kept ? "kept" : "dropped";
    out.push(say(`told_public_${outcome}`, bases));
    return out;
  }

  function tell() {
    told.setAttribute("aria-live", model.get("playing") ? "off" : "polite");
    const over = pulses().length > 0 && position === pulses().length;
    setText(told, [...sentences(), over ? say("told_end", { total: view.count(position) }) : ""].join(" "));
  }

  function controls() {
    const playing = model.get("playing");
    const none = pulses().length === 0;
    const disable = ({ node }, off) => node.setAttribute("aria-disabled", off);
    disable(stepButton, none || (position >= pulses().length && flight == null));
    disable(backButton, position === 0 && flight == null);
    disable(restartButton, position === 0 && flight == null);
    disable(playButton, none);
    if (playButton.node.dataset.icon !== String(playing)) {
      playButton.node.dataset.icon = playing;
      playButton.node.firstChild.replaceWith(icon(playing ? "pause" : "play", null));
      setText(playButton.text, playing ? words.pause : words.play);
    }
    const level = speeds.indexOf(model.get("speed"));
    speed.value = level;
    const shown = fill(words.speed_value, { speed: model.get("speed") });
    setText(speedValue, shown);
    speed.setAttribute("aria-valuetext", shown);
  }

  function paint() {
    const viewpoint = model.get("viewpoint");
    const evePresent = model.get("eve_present");
    root.dataset.view = viewpoint;
    for (const radio of radios) radio.checked = radio.value === viewpoint;
    stage.picture.setAttribute("aria-label", model.get("summary"));
    layout();
    draw();
    controls();
    tell();
    const total = pulses().length;
    setText(sentCount, say("of", { count: view.count(position), total: view.count(total) }));
    setText(clickCount, view.count(counts.clicks));
    setText(keptCount, view.count(counts.kept));
    const all = viewpoint === "all";
    setText(errorCount, all ? view.count(counts.errors) : "");
    setText(qberCount, all ? (counts.kept ? view.percent(counts.errors / counts.kept) : words.no_data) : "");
    table.show({ pulses: pulses(), kept: model.get("_kept"), position, see: everyone, evePresent, viewpoint });
  }

  function layout() {
    const width = Math.max(420, Math.round(drawing.clientWidth) || 860);
    const k = model.get("projector") ? 1.4 : 1;
    table.fit();
    stage.layout({ width, k, viewpoint: model.get("viewpoint"), evePresent: model.get("eve_present"), see: everyone });
  }

  function restart() {
    if (model.get("epoch") === epoch) return;
    epoch = model.get("epoch");
    const [seenEpoch, seen] = model.get("_arrived");
    const [goalEpoch, goal] = model.get("_goto");
    counts = { clicks: 0, kept: 0, errors: 0 };
    position = 0;
    table.forget();
    jump(seenEpoch === epoch ? seen : goalEpoch === epoch ? goal : 0);
    if (model.get("playing")) run();
  }

  listen(speed, "input", () => send("speed", speeds[Number(speed.value)]));
  listen(root, "keydown", (event) => {
    const act = {
      ArrowRight: step,
      ArrowLeft: back,
      Home: () => {
        stop();
        jump(0);
      },
    }[event.key];
    if (!act || event.target.matches("input, .frame") || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  const resized = new ResizeObserver(() => {
    layout();
    draw();
  });
  resized.observe(drawing);
  view.narrowBelow(60);
  view.undo.push(
    () => resized.disconnect(),
    () => cancelAnimationFrame(frame),
  );
  on(["epoch"], view.painter(restart));
  on(
    ["viewpoint", "eve_present", "projector"],
    view.painter(() => {
      if (model.get("epoch") === epoch) paint();
    }),
  );
  on(["playing"], playChanged);
  on(["speed"], controls);
  on(["summary"], () => stage.picture.setAttribute("aria-label", model.get("summary")));
  on(["_goto"], () => {
    const [e, p] = model.get("_goto");
    if (e === epoch) jump(p);
  });
  restart();
  return view.cleanup;
}

export default { render };
