import { html, svg } from "./common.js";

// Polarisations and bases as lines, not as glyphs of a font that the machine may not have.
const ARROW = "M-10 0H10M-10 0l4.5-4M-10 0l4.5 4M10 0l-4.5-4M10 0l-4.5 4";
const GRID = "M-17-17H17M-22-9H22M-24 0H24M-22 9H22M-17 17H17";
export const FLASH = [0, 45, 90, 135, 180, 225, 270, 315]
  .map((degrees) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)])
  .map(([x, y]) => `M${28 * x} ${28 * y}L${34 * x} ${34 * y}`)
  .join("");
const CROSS = "M-9 0H9M0-9V9";
export const angle = (bit, basis) => -(45 * basis + 90 * bit);

export const kindOf = (basis) => (basis ? "diagonal" : "straight");

export function stateSign(parent, bit, basis) {
  return svg("path", { d: ARROW, class: `sign ${kindOf(basis)}`, transform: `rotate(${angle(bit, basis)})` }, parent);
}

export function basisSign(parent, basis) {
  return svg("path", { d: CROSS, class: `sign ${kindOf(basis)}`, transform: basis ? "rotate(45)" : null }, parent);
}

// A polariser: a grid of wires. With `bit` null both axes of its basis are open; else the one of that bit.
export function polariser(parent, basis, bit) {
  const group = svg("g", { class: `polariser ${kindOf(basis)}` }, parent);
  svg("circle", { class: "rim", r: 26 }, group);
  for (const axis of bit == null ? [0, 1] : [bit]) {
    svg(
      "path",
      { d: GRID, class: bit == null ? "wires" : "wires open", transform: `rotate(${angle(axis, basis)})` },
      group,
    );
  }
}

export function tickSign(parent) {
  return svg("path", { d: "M-7 0l5 6 9-12", class: "sign good" }, parent);
}

export function errorSign(parent) {
  return svg("path", { d: "M-6-6L6 6M6-6L-6 6", class: "sign bad" }, parent);
}

// A sign in a small picture of its own, for a table cell or a legend.
export function picture(parent, draw, label) {
  const named = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  const box = svg("svg", { class: "picture", viewBox: "-12 -12 24 24", ...named }, parent);
  draw(box);
  return box;
}

// What the signs mean, and the keys.
export function legend(parent, words) {
  const box = html("p", { class: "legend" }, parent);
  for (const basis of [0, 1]) {
    const entry = html("span", {}, box);
    picture(entry, (sign) => basisSign(sign, basis));
    html("span", {}, entry, `${words[`basis_${basis}_name`]}:`);
    for (const bit of [0, 1]) {
      picture(entry, (sign) => stateSign(sign, bit, basis), words[`state_${bit}${basis}`]);
      html("span", {}, entry, ` ${bit}`);
    }
  }
  html("span", { class: "hint" }, box, words.keys);
}
