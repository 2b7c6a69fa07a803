import { svg } from "../components/common.js";
import { directionOf, dot, POLES, polarisationSign, radians } from "./polarisation_sign.js";

const RADIUS = 96;
const KETS = [
  ["|0⟩", "|1⟩"],
  ["|+⟩", "|−⟩"],
  ["|i⟩", "|−i⟩"],
];
const SNAP = 0.09; // how near to the circle of straight swings the hand is taken to mean that circle

// The Bloch sphere, seen from a side that can be turned, and a knob at the state.
export function blochSphere(parent, words) {
  const picture = svg("svg", { viewBox: "-140 -132 280 264", class: "sphere" }, parent);
  const still = svg("g", { "aria-hidden": "true" }, picture);
  const slider = { role: "slider", tabindex: 0, "aria-label": words.phase, "aria-valuemin": 0, "aria-valuemax": 360 };
  const knob = svg("g", { class: "knob", ...slider }, picture);
  svg("circle", { class: "grip", r: 22 }, knob);
  svg("circle", { class: "ball", r: 9 }, knob);
  const seen = { around: -48, above: 18 };
  let behind = false;

  // the three directions of the picture: right, up, and towards us
  function frame() {
    const [a, e] = [radians(seen.around), radians(seen.above)];
    return [
      [-Math.sin(a), Math.cos(a), 0],
      [-Math.cos(a) * Math.sin(e), -Math.sin(a) * Math.sin(e), Math.cos(e)],
      [Math.cos(a) * Math.cos(e), Math.sin(a) * Math.cos(e), Math.sin(e)],
    ];
  }

  const place = (v, way) => [RADIUS * dot(v, way[0]), -RADIUS * dot(v, way[1])].map((one) => Number(one.toFixed(1)));
  const path = (points, way) => `M${points.map((one) => place(one, way).join(" ")).join("L")}`;

  function ring(kind, at, way) {
    const points = Array.from({ length: 73 }, (_, i) => at((i * Math.PI) / 36));
    let piece = [];
    const parts = [];
    for (const point of points) {
      const back = dot(point, way[2]) < 0;
      if (piece.length && back !== piece.back) {
        piece.push(point);
        parts.push(piece);
        piece = [];
      }
      piece.back = back;
      piece.push(point);
    }
    for (const one of [...parts, piece])
      svg("path", { class: `ring ${kind}${one.back ? " back" : ""}`, d: path(one, way) }, still);
  }

  // Where the middle of a name beside a pole is: its inner end is off the sphere.
  function beside(x, y, size) {
    const ty = y + (y > 0 ? 4 : -4);
    const rim = Math.sqrt(Math.max(0, RADIUS ** 2 - (Math.abs(ty) - size / 2) ** 2));
    return [(x < 0 ? -1 : 1) * (Math.max(Math.abs(x), rim) + 0.95 * size + 4), ty];
  }

  function poles(basis, way, size) {
    POLES.forEach((pole, axis) => {
      for (const bit of [0, 1]) {
        const v = pole.map((one) => (bit ? -one : one));
        const [x, y] = place(v, way);
        const chosen = axis === basis;
        const back = dot(v, way[2]) < -0.05;
        const group = svg("g", { class: `pole${chosen ? " chosen" : ""}${back ? " back" : ""}` }, still);
        if (chosen) svg("line", { class: `axis bit${bit}`, x1: 0, y1: 0, x2: x, y2: y }, group);
        svg("circle", { class: `end bit${bit}`, cx: x, cy: y, r: chosen ? 5 : 3 }, group);
        const [tx, ty] = axis === 0 ? [x - 14, y + (bit ? 22 : -20)] : beside(x, y, size);
        svg("text", { x: tx, y: ty }, group, KETS[axis][bit]);
        if (axis === 0) polarisationSign(group, axis, bit, tx + 32, ty, 11);
        else polarisationSign(group, axis, bit, tx, ty + (y > 0 ? 19 : -19), 10);
      }
    });
  }

  // `letter`: how large a letter is, in the measure of the picture.
  function draw({ angle, phase, basis }, letter) {
    const way = frame();
    still.replaceChildren();
    svg("circle", { class: "rim", r: RADIUS }, still);
    ring("equator", (t) => [Math.cos(t), Math.sin(t), 0], way);
    ring("straight", (t) => [Math.sin(t), 0, Math.cos(t)], way);
    poles(basis, way, letter);
    const arc = Array.from({ length: 31 }, (_, i) => directionOf((angle * i) / 30, phase).map((one) => one * 0.42));
    svg("path", { class: "arc", d: path(arc, way) }, still);
    const state = directionOf(angle, phase);
    const [x, y] = place(state, way);
    const along = dot(state, POLES[basis]);
    const [fx, fy] = place(
      POLES[basis].map((one) => one * along),
      way,
    );
    svg("line", { class: "drop", x1: x, y1: y, x2: fx, y2: fy }, still);
    svg("circle", { class: "foot", cx: fx, cy: fy, r: 4 }, still);
    svg("line", { class: "state", x1: 0, y1: 0, x2: x, y2: y }, still);
    svg("text", { class: "arc-name", x: 104, y: 120 }, still, `2θ ${Math.round(2 * angle)}°`);
    behind = dot(state, way[2]) < -0.02;
    knob.classList.toggle("behind", behind);
    knob.setAttribute("transform", `translate(${x} ${y})`);
    knob.setAttribute("aria-valuenow", Math.round(phase));
    knob.setAttribute("aria-valuetext", `${Math.round(phase)}°`);
  }

  // The state under a place in the picture, on the side of the sphere where the knob is.
  function stateAt([x, y]) {
    const [right, up] = [x / RADIUS, -y / RADIUS];
    const size = Math.max(1, Math.hypot(right, up));
    const depth = Math.sqrt(Math.max(0, 1 - (right * right + up * up) / (size * size))) * (behind ? -1 : 1);
    const way = frame();
    const part = [right / size, up / size, depth];
    const v = [0, 1, 2].map((k) => part[0] * way[0][k] + part[1] * way[1][k] + part[2] * way[2][k]);
    const whole = (value, round) => ((Math.round(value) % round) + round) % round;
    if (Math.abs(v[1]) < SNAP) return { angle: whole((Math.atan2(v[0], v[2]) * 90) / Math.PI, 180), phase: 0 };
    const phase = whole((Math.atan2(v[1], v[0]) * 180) / Math.PI, 360);
    return { angle: Math.round((Math.acos(Math.max(-1, Math.min(1, v[2]))) * 90) / Math.PI), phase };
  }

  function turn(around, above) {
    seen.around += around;
    seen.above = Math.max(-80, Math.min(80, seen.above + above));
  }

  return { picture, knob, draw, stateAt, turn };
}
