import { calm, html, mount, setText, uniqueId } from "../components/common.js";
import { legend } from "../components/photon_signs.js";
import { counter, player } from "../components/playback.js";
import { scene } from "./photon_scene.js";
import { pulseTable } from "./photon_table.js";
import { toldPulse } from "./photon_told.js";
import { qberTrace } from "./photon_trace.js";

const FLIGHT_MS = 1400; // one pulse at speed 1
const REST_MS = 500; // the pause in which the viewer reads what happened
const SLOWER = 4; // how much slower a photon passes Eve in the wrong basis
const VIEWS = ["alice", "eve", "bob", "all"];

function render({ model, el }) {
  const view = mount(model, el, "stage");
  const { root, words, say, listen, on } = view;
  const pulses = () => model.get("pulses");
  const first = () => Math.min(model.get("start"), pulses().length);
  const see = (who) => model.get("viewpoint") === "all" || model.get("viewpoint") === who;

  // ---- the page
  const choice = html("div", { class: "views", role: "radiogroup", "aria-label": words.view }, root);
  html("span", { class: "lead", "aria-hidden": "true" }, choice, words.view);
  const group = uniqueId();
  const radios = VIEWS.map((name) => {
    const label = html("label", { class: `pill ${name}` }, choice);
    const input = html("input", { type: "radio", name: group, value: name }, label);
    html("span", {}, label, name === "all" ? words.view_all : words[name]);
    if (name === "all") html("span", { class: "note" }, label, words.view_all_note);
    listen(input, "change", () => {
      if (input.checked) controls.send("viewpoint", name);
    });
    // After the mouse the arrow keys are those of the stage; who came by the keyboard goes on to the next seat.
    listen(input, "click", () => {
      if (!input.matches(":focus-visible")) root.focus({ preventScroll: true });
    });
    return input;
  });
  const drawing = html("div", { class: "drawing" }, root);
  const stage = scene(drawing, words);
  const status = html("p", { class: "told", role: "status" }, root);
  const toStart = () => {
    stop();
    jump(first());
  };
  const toEnd = () => {
    stop();
    jump(pulses().length);
  };
  const controls = player(model, view, {
    buttons: {
      back: [back],
      step: [step],
      play: [() => controls.toggle()],
      restart: [toStart],
      next_click: [() => flyTo(nextClick()), "flash"],
      next_error: [() => flyTo(nextError()), "cross"],
      to_end: [toEnd, "last"],
    },
    keys: { ArrowRight: step, ArrowLeft: back, Home: toStart, End: toEnd, " ": () => controls.toggle() },
    position: () => position,
    first,
    last: () => pulses().length,
    load,
    jump,
    play: () => {
      single = false;
      run();
    },
    refresh,
  });
  const figures = html("div", { class: "figures" }, root);
  const counters = html("div", { class: "counters" }, figures);
  const sentCount = counter(counters, words.pulses);
  const clickCount = counter(counters, words.clicks);
  const keptCount = counter(counters, words.kept_count);
  const errorCount = counter(counters, words.errors, "omniscient");
  const qberCount = counter(counters, words.qber, "omniscient");
  const trace = qberTrace(figures, counters, words, view);
  const table = pulseTable(root, words);
  legend(root, words);

  // ---- where we are: `position` pulses have arrived; `flight` is the way of the next one, or null
  let position = 0;
  let flight = null;
  let resting = 0;
  let single = false; // fly one pulse only
  let frame = 0;
  let before = 0;
  let counts = { clicks: 0, kept: 0, errors: 0 };

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
    controls.report();
  }

  function back() {
    const flying = flight != null;
    stop();
    jump(flying ? position : position - 1);
  }

  function step() {
    stop();
    if (flight != null) jump(position + 1);
    if (position >= pulses().length) return;
    if (calm()) return jump(position + 1);
    flight = 0;
    single = true;
    paint();
    run();
  }

  // Where the next pulse of a kind is told, or -1. All pulses before it have then arrived, and stand in the table.
  const after = () => position + (flight != null);
  const nextOf = (is) => pulses().findIndex((pulse, index) => index >= after() && is(pulse, index));
  const nextClick = () => nextOf((pulse) => pulse[6] != null);
  const isError = (pulse, index) => Boolean(model.get("_kept")[index]) && pulse[0] !== pulse[6];
  // Only who sees everything knows which bits are wrong.
  const nextError = () => (model.get("viewpoint") === "all" ? nextOf(isError) : -1);

  function flyTo(index) {
    if (index < 0) return;
    stop();
    jump(index);
    step();
  }

  function stop() {
    single = false;
    controls.stop();
  }

  function run() {
    if (frame) return;
    before = performance.now();
    frame = requestAnimationFrame(tick);
  }

  // Eve measures in the wrong basis: worth a closer look, for who may see both bases, and does not hurry.
  function slow(flown) {
    const [, aliceBasis, eveBasis] = pulses()[position] ?? [];
    const wrong = eveBasis != null && eveBasis !== aliceBasis;
    return wrong && model.get("viewpoint") === "all" && model.get("speed") <= 1 && flown > 0.38 && flown < 0.62;
  }

  function tick(time) {
    frame = 0;
    if (!model.get("playing") && !single) return;
    let left = Math.max(0, Math.min(100, time - before)) * model.get("speed");
    before = time;
    // What is left of a frame's time goes to the next pulse: at 16× 16 times as many arrive as at 1×.
    while (left > 0) {
      if (resting > 0) {
        const rested = Math.min(resting, left);
        resting -= rested;
        left -= rested;
      } else if (flight == null && position >= pulses().length) return stop();
      else {
        const flown = flight ?? 0;
        const pace = slow(flown) ? SLOWER : 1;
        const rest = calm() ? 0 : (1 - flown) * FLIGHT_MS * pace;
        flight = flown + left / (FLIGHT_MS * pace);
        left -= rest;
        if (left >= 0) {
          const last = single;
          jump(position + 1);
          resting = REST_MS;
          if (last) break;
        }
      }
    }
    if (flight != null) draw();
    frame = requestAnimationFrame(tick);
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
    const [viewpoint, evePresent] = [model.get("viewpoint"), model.get("eve_present")];
    if (position === first()) {
      const ahead = viewpoint === "all" ? words.told_start_all : ""; // nobody else knows what comes
      return [say("told_start", { count: view.count(position) }), ahead, words.told_ready];
    }
    const { pulse, index } = lookAt();
    const kept = model.get("_kept")[index];
    return toldPulse({ pulse, kept, viewpoint, evePresent, number: view.count(position) }, view);
  }

  function told() {
    const over = pulses().length > 0 && position === pulses().length;
    const parts = [...sentences(), over ? say("told_end", { total: view.count(position) }) : ""];
    return parts.filter(Boolean).join(" ");
  }

  function refresh() {
    const none = pulses().length === 0;
    const atEnd = position >= pulses().length && flight == null;
    controls.show({
      back: position === 0 && flight == null,
      step: none || atEnd,
      play: none,
      restart: position === first() && flight == null,
      next_click: nextClick() < 0,
      next_error: nextError() < 0,
      to_end: none || atEnd,
    });
    root.querySelector("button.next_error").title =
      model.get("viewpoint") === "all" ? words.next_error : words.next_error_unseen;
    controls.tell(status, told());
  }

  function paint() {
    const viewpoint = model.get("viewpoint");
    const evePresent = model.get("eve_present");
    root.dataset.view = viewpoint;
    for (const radio of radios) radio.checked = radio.value === viewpoint;
    stage.picture.setAttribute("aria-label", model.get("summary"));
    layout();
    draw();
    refresh();
    const total = pulses().length;
    setText(sentCount, say("of", { count: view.count(position), total: view.count(total) }));
    setText(clickCount, view.count(counts.clicks));
    setText(keptCount, view.count(counts.kept));
    const all = viewpoint === "all";
    setText(errorCount, all ? view.count(counts.errors) : "");
    setText(qberCount, all ? (counts.kept ? view.percent(counts.errors / counts.kept) : words.no_data) : "");
    trace(model.get("_trace"), position, all);
    table.show({ pulses: pulses(), kept: model.get("_kept"), position, see: everyone, evePresent, viewpoint });
  }

  function layout() {
    const room = Math.round(drawing.clientWidth) || 860;
    const k = model.get("projector") ? 1.4 : 1;
    table.fit();
    stage.layout({ room, k, viewpoint: model.get("viewpoint"), evePresent: model.get("eve_present"), see: everyone });
  }

  function load() {
    counts = { clicks: 0, kept: 0, errors: 0 };
    position = 0;
    table.forget();
  }

  view.onResize(drawing, () => {
    layout();
    draw();
  });
  view.narrowBelow(60);
  view.undo.push(() => cancelAnimationFrame(frame));
  const repaint = view.painter(() => {
    if (controls.current()) paint();
  });
  on(["viewpoint", "eve_present", "projector"], repaint);
  on(["summary"], () => stage.picture.setAttribute("aria-label", model.get("summary")));
  controls.begin();
  return view.cleanup;
}

export default { render };
