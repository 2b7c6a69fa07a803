import { svg } from "../components/common.js";
import { polarisationSign, radians } from "./polarisation_sign.js";

const RIM = 100;
const SWUNG = 90;

// The light as it comes towards us: how it swings, the axes of the filter, and a knob that turns it by θ.
export function polarisationDisc(parent, words) {
  const picture = svg("svg", { viewBox: "-140 -132 280 264", class: "disc" }, parent);
  const still = svg("g", { "aria-hidden": "true" }, picture);
  const slider = { role: "slider", tabindex: 0, "aria-label": words.angle, "aria-valuemin": 0, "aria-valuemax": 180 };
  const knob = svg("g", { class: "knob", ...slider }, picture);
  svg("circle", { class: "grip", r: 22 }, knob);
  svg("circle", { class: "ball", r: 9 }, knob);
  const at = (angle, r) => [r * Math.cos(radians(angle)), -r * Math.sin(radians(angle))];

  function axes(basis, linear, angle, sign) {
    if (basis === 2) {
      for (const bit of [0, 1]) polarisationSign(still, 2, bit, bit ? 122 : -122, -112, 13);
      return;
    }
    for (const bit of [0, 1]) {
      const [x, y] = at(45 * basis + 90 * bit, 108);
      svg("line", { class: `axis bit${bit}`, x1: -x, y1: -y, x2: x, y2: y }, still);
      svg("text", { class: `bit${bit}`, x: 1.13 * x, y: 1.13 * y }, still, bit);
      if (!linear) continue;
      // the part of the swing that goes along this axis: its length is the amplitude
      const along = Math.cos(radians(sign * angle - 45 * basis - 90 * bit)) * SWUNG;
      const [px, py] = at(45 * basis + 90 * bit, along);
      const [tx, ty] = at(sign * angle, SWUNG);
      svg("line", { class: "drop", x1: tx, y1: ty, x2: px, y2: py }, still);
      svg("line", { class: `part bit${bit}`, x1: 0, y1: 0, x2: px, y2: py }, still);
    }
  }

  function swing(angle, phase, whole) {
    const place = (t) => [
      SWUNG * Math.cos(radians(angle)) * Math.cos(t),
      -SWUNG * Math.sin(radians(angle)) * Math.cos(t - radians(phase)),
    ];
    const steps = Array.from({ length: 73 }, (_, i) => place((i * Math.PI) / 36).map((one) => one.toFixed(1)));
    svg("path", { class: "wave", d: `M${steps.join("L")}` }, still);
    const [x, y] = place(-radians(whole));
    svg("circle", { class: "instant", cx: x, cy: y, r: 6 }, still);
  }

  function draw({ angle, phase, whole, basis }) {
    still.replaceChildren();
    svg("circle", { class: "rim", r: RIM }, still);
    const linear = phase % 180 === 0;
    axes(basis, linear, angle, phase % 360 === 0 ? 1 : -1);
    swing(angle, phase, whole);
    if (angle > 4) {
      const [x, y] = at(angle, 44);
      svg("path", { class: "arc", d: `M44 0A44 44 0 0 0 ${x.toFixed(1)} ${y.toFixed(1)}` }, still);
    }
    svg("text", { class: "arc-name", x: 104, y: 118 }, still, `θ ${Math.round(angle)}°`); // clear of all light
    const [kx, ky] = at(angle, RIM);
    knob.setAttribute("transform", `translate(${kx.toFixed(1)} ${ky.toFixed(1)})`);
    knob.setAttribute("aria-valuenow", Math.round(angle));
    knob.setAttribute("aria-valuetext", `${Math.round(angle)}°`);
  }

  // A place in the picture as an angle of light: both ends of a swing are one.
  const angleAt = ([x, y]) => ((Math.round((Math.atan2(-y, x) * 180) / Math.PI) % 180) + 180) % 180;

  return { picture, knob, draw, angleAt };
}
