import { wantedHeight } from "./network_layout.js";

export const MANY_NODES = 20; // in view: above, names show on focus and hover, but for users and what happened
const LITTLE = 12.5; // lines: in a frame lower than this nodes have their names alone, and more room

export const isLittle = ({ height, font }) => height < LITTLE * font;

// The room that a map leaves around its nodes, for what is written there.
export function margins(nodes, font, names = false, little = names) {
  const many = names || nodes.length > MANY_NODES;
  const lines = names ? (little ? 1.9 : 2.7) : many ? 2.7 : nodes.some(({ note }) => note) ? 4.6 : 3.6;
  return { x: (many ? 2.6 : 3.6) * font, y: lines * font };
}

// The height that a map would like at a width, up to `tallest`.
export const sceneHeight = (nodes, { width, font }, tallest) =>
  wantedHeight(nodes, width, margins(nodes, font), 11 * font, tallest);

// How near the nearest two places are.
export function leastApart(all) {
  let least = Infinity;
  all.forEach((one, i) => {
    for (const other of all.slice(0, i)) least = Math.min(least, Math.hypot(one.x - other.x, one.y - other.y));
  });
  return least;
}

// The corner of a box where the buttons stand: the first that no place comes near; if there is none, the first.
export function cornerFor(places, box, buttons, air) {
  const corners = [false, true].flatMap((top) => [false, true].map((left) => ({ left, top })));
  const isFree = ({ left, top }) => {
    const x0 = left ? 0 : box.width - buttons.width;
    const y0 = top ? 0 : box.height - buttons.height;
    const [x1, y1] = [x0 + buttons.width, y0 + buttons.height];
    return places.every(({ x, y }) => Math.hypot(Math.max(x0 - x, 0, x - x1), Math.max(y0 - y, 0, y - y1)) > air);
  };
  return corners.find(isFree) ?? corners[0];
}
