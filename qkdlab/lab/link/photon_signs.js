import { svg } from "../components/common.js";

// Polarisations and bases as lines, not as glyphs of a font that the machine may not have.
const ARROW = "M-10 0H10M-10 0l4.5-4M-10 0l4.5 4M10 0l-4.5-4M10 0l-4.5 4";
const CROSS = "M-9 0H9M0-9V9";
const angle = (bit, basis) => -(45 * basis + 90 * bit);

export const kindOf = (basis) => (basis ? "diagonal" : "straight");

export function stateSign(parent, bit, basis) {
  return svg("path", { d: ARROW, class: `sign ${kindOf(basis)}`, transform: `rotate(${angle(bit, basis)})` }, parent);
}

export function basisSign(parent, basis) {
  return svg("path", { d: CROSS, class: `sign ${kindOf(basis)}`, transform: basis ? "rotate(45)" : null }, parent);
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
