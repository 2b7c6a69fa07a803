import { svg } from "../components/common.js";

// How light of a basis state swings, as lines and not as glyphs of a font that the machine may not have.
const SWING = "M-10 0H10M-10 0l4.5-4M-10 0l4.5 4M10 0l-4.5-4M10 0l-4.5 4";
const CIRCLE = "M7.6-5.4A9 9 0 1 0 9 2M7.6-5.4l.6 5.4M7.6-5.4l-5.2 1.2";

export function polarisationSign(parent, basis, bit, x, y, size) {
  const turned = basis === 2 ? (bit ? "scale(-1 1)" : "") : `rotate(${-(45 * basis + 90 * bit)})`;
  const transform = `translate(${x} ${y}) scale(${size / 10}) ${turned}`;
  return svg("path", { d: basis === 2 ? CIRCLE : SWING, class: `swing bit${bit}`, transform }, parent);
}

export const radians = (degrees) => (degrees * Math.PI) / 180;

// The directions on the Bloch sphere to which the first states of Z, X and Y point.
export const POLES = [
  [0, 0, 1],
  [1, 0, 0],
  [0, 1, 0],
];

// cos θ |0⟩ + e^{iφ} sin θ |1⟩ as a unit vector on the Bloch sphere.
export function directionOf(angle, phase) {
  const [polar, turn] = [2 * radians(angle), radians(phase)];
  return [Math.sin(polar) * Math.cos(turn), Math.sin(polar) * Math.sin(turn), Math.cos(polar)];
}

export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

// The probability that detector 0 of a basis clicks.
export const chanceOf = ({ angle, phase, basis }) => (1 + dot(directionOf(angle, phase), POLES[basis])) / 2;

// The amplitudes of the two results of a basis, [real, imaginary] each, the common phase `whole` included.
export function amplitudesOf({ angle, phase, whole, basis }) {
  const polar = (size, degrees) => [size * Math.cos(radians(degrees)), size * Math.sin(radians(degrees))];
  const [a, b] = [polar(Math.cos(radians(angle)), whole), polar(Math.sin(radians(angle)), phase + whole)];
  if (basis === 0) return [a, b];
  const c = basis === 1 ? b : [b[1], -b[0]]; // ⟨±i| has ∓i before |1⟩
  const sum = (sign) => [(a[0] + sign * c[0]) * Math.SQRT1_2, (a[1] + sign * c[1]) * Math.SQRT1_2];
  return [sum(1), sum(-1)];
}
