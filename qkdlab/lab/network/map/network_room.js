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

// Whether the buttons stand at the left of a box: at the right there is a place, and at the left none.
export function standLeft(places, box, buttons, air) {
  const [low, across] = [box.height - buttons.height - air, buttons.width + air];
  const near = places.filter(({ y }) => y > low).map(({ x }) => x);
  return near.some((x) => x > box.width - across) && !near.some((x) => x < across);
}
