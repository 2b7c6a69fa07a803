import { html, mount, setText, svg } from "../components/common.js";
import { blochSphere } from "./bloch_sphere.js";
import { polarisationDisc } from "./polarisation_disc.js";
import { amplitudesOf, chanceOf, polarisationSign } from "./polarisation_sign.js";

const STEPS = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 15,
  PageDown: -15,
};
const HALF = 140; // half the width of a picture in its own measure

function numberText([real, imaginary]) {
  const short = (value) => (Math.abs(value) < 0.005 ? "0" : Math.abs(value).toFixed(2));
  const minus = (value) => value < -0.005;
  if (short(imaginary) === "0") return `${minus(real) ? "−" : ""}${short(real)}`;
  const i = `${short(imaginary) === "1.00" ? "" : short(imaginary)}i`;
  if (short(real) === "0") return `${minus(imaginary) ? "−" : ""}${i}`;
  return `${minus(real) ? "−" : ""}${short(real)} ${minus(imaginary) ? "−" : "+"} ${i}`;
}

// A line for each detector: the amplitude, its square, and a bar as long as the chance.
function chanceRows(parent, view) {
  const rows = html("div", { class: "chances" }, parent);
  const parts = [0, 1].map((bit) => {
    const row = html("div", { class: `chance bit${bit}` }, rows);
    const sign = svg("svg", { viewBox: "-13 -13 26 26", class: "picture", "aria-hidden": "true" }, row);
    const name = html("span", { class: "detector" }, row);
    const bar = html("span", { class: "fill" }, html("span", { class: "track", "aria-hidden": "true" }, row));
    return { sign, name, bar, value: html("b", { class: "share" }, row), why: html("span", { class: "why" }, row) };
  });
  return (now) => {
    const zero = chanceOf(now);
    const amplitudes = amplitudesOf(now);
    parts.forEach(({ sign, name, bar, value, why }, bit) => {
      const share = bit ? 1 - zero : zero;
      sign.replaceChildren();
      polarisationSign(sign, now.basis, bit, 0, 0, 11);
      setText(name, view.say("detector", { bit }));
      bar.style.width = `${100 * share}%`;
      setText(value, view.percent(share));
      setText(why, view.say("amplitude", { value: numberText(amplitudes[bit]) }));
    });
  };
}

function render({ model, el }) {
  const view = mount(model, el, "qubit");
  const { root, words, listen } = view;
  const names = ["angle", "phase", "whole", "basis"];
  const now = Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const steered = {}; // what the followed controls are: a hand on the picture moves them
  const pair = html("div", { class: "pair" }, root);
  const side = (name) => {
    const box = html("figure", { "aria-label": words[name] }, pair);
    html("figcaption", {}, box, words[name]);
    return box;
  };
  const disc = polarisationDisc(side("room"), words);
  const ball = blochSphere(side("ball"), words);
  const chances = chanceRows(root, view);

  const paint = view.painter(() => {
    const { small } = view.room();
    const letters = [disc, ball].map(({ picture }) => {
      const { width, height } = view.sizeOf(picture);
      const scale = Math.min(width / 280, height / 264);
      return scale > 0 ? small / scale : small;
    });
    [disc, ball].forEach(({ picture, draw }, i) => {
      picture.style.fontSize = `${letters[i].toFixed(2)}px`;
      draw(now, letters[i]);
    });
    chances(now);
  });

  function move(changes) {
    for (const [name, value] of Object.entries(changes)) {
      if (now[name] === value) continue;
      now[name] = value;
      const target = steered[name];
      (target ?? model).set(target ? "value" : name, value);
      (target ?? model).save_changes();
    }
    paint();
  }

  // a place of the page in the measure of a picture
  function placeIn(picture, event) {
    const box = picture.getBoundingClientRect();
    const scale = Math.min(box.width / (2 * HALF), box.height / 264);
    return [(event.clientX - box.left - box.width / 2) / scale, (event.clientY - box.top - box.height / 2) / scale];
  }

  function drags(picture, begin) {
    listen(picture, "pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      picture.setPointerCapture(event.pointerId);
      const go = begin(event);
      go(event);
      const over = () => {
        picture.removeEventListener("pointermove", go);
        picture.removeEventListener("lostpointercapture", over);
      };
      picture.addEventListener("pointermove", go);
      picture.addEventListener("lostpointercapture", over);
    });
  }

  drags(disc.picture, () => {
    disc.knob.focus({ preventScroll: true });
    return (event) => move({ angle: disc.angleAt(placeIn(disc.picture, event)) });
  });
  drags(ball.picture, (start) => {
    ball.knob.focus({ preventScroll: true });
    if (ball.knob.contains(start.target)) return (event) => move(ball.stateAt(placeIn(ball.picture, event)));
    let last = [start.clientX, start.clientY];
    return (event) => {
      ball.turn((last[0] - event.clientX) / 2, (event.clientY - last[1]) / 2);
      last = [event.clientX, event.clientY];
      paint();
    };
  });

  const round = (value, whole) => ((value % whole) + whole) % whole;
  const pressed = (event, act) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(step, event);
  };
  listen(disc.knob, "keydown", (event) =>
    pressed(event, (step) => move({ angle: round(Math.round(now.angle) + step, 180) })),
  );
  listen(ball.knob, "keydown", (event) =>
    pressed(event, (step, { shiftKey, key }) => {
      if (!shiftKey) return move({ phase: round(Math.round(now.phase) + (Math.abs(step) > 1 ? step : 5 * step), 360) });
      if (key.endsWith("Up") || key.endsWith("Down")) ball.turn(0, 5 * Math.sign(step));
      else ball.turn(5 * step, 0);
      return paint();
    }),
  );

  view.follow((name, value) => {
    if (value == null || now[name] === value) return;
    now[name] = value;
    paint();
  });
  for (const [name, reference] of Object.entries(model.get("followed")))
    model.widget_manager.get_model(reference.replace("IPY_MODEL_", "")).then((control) => {
      steered[name] = control;
    });
  view.on(names, () => {
    for (const name of names) if (!steered[name]) now[name] = model.get(name);
    paint();
  });
  const label = () => pair.setAttribute("aria-label", model.get("summary"));
  pair.setAttribute("role", "group");
  view.on(["summary"], label);
  view.on(["projector"], paint);
  label();
  paint();
  view.onResize(pair, paint);
  return view.cleanup;
}

export default { render };
