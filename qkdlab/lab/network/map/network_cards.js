import { around, crosses, overlap } from "./network_layout.js";

const FARTHER = [0, 30, 60, 90, 130, 180, 240]; // pixels by which a card may stand farther from its item than it need
const AWAY = 0.05; // what a pixel of them costs

// Where a card of a size stands beside an item: clear of it, and rather of other nodes, of `names` and of other
// `lines`; inside the room. What it covers is its cost.
export function standBeside(item, { others, names, lines }, size, room) {
  const { x, y } = item;
  const { width: w, height: h } = size;
  const into = (value, length, most) => Math.max(4, Math.min(value, most - length - 4));
  const shifts = (clear) => [
    ...[-0.5, -0.3, -0.7].flatMap((up) => [clear, -clear - w].map((across) => [across, up * h])),
    [clear, -20],
    [-clear - w, -20],
    [clear, 20 - h],
    [-clear - w, 20 - h],
    [-w / 2, clear],
    [-w / 2, -clear - h],
    [0.3 * clear, clear],
    [-w, clear],
    [0.3 * clear, -clear - h],
    [-w, -clear - h],
  ];
  const cover = (left, top) => {
    const rect = { x0: left - 4, x1: left + w + 4, y0: top - 4, y1: top + h + 4 };
    const hides = (spot, reach) => overlap(rect, around(spot.x, spot.y, 2 * reach, 2 * reach));
    return (
      (hides(item, item.own) ? 100 : 0) +
      (item.line && crosses(rect, item.line) ? 20 : 0) +
      (item.name && overlap(rect, item.name) ? 10 : 0) +
      8 * others.filter((spot) => hides(spot, spot.own)).length +
      4 * names.filter((name) => overlap(rect, name)).length +
      2 * lines.filter((line) => crosses(rect, line)).length
    );
  };
  let best = null;
  for (const far of FARTHER) {
    for (const [dx, dy] of shifts(item.clear + far)) {
      const [left, top] = [into(x + dx, w, room.width), into(y + dy, h, room.height)];
      const covered = cover(left, top);
      const cost = covered + AWAY * far;
      if (!best || cost < best.cost) best = { left, top, cost };
    }
  }
  return best;
}
