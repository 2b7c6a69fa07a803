// Where things stand on a network map: the scale, the places of labels, the nearest item in a direction.

export function fit(nodes, width, margin, lowest, tallest) {
  const [xs, ys] = [nodes.map((node) => node.x), nodes.map((node) => node.y)];
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const room = Math.max(1, width - 2 * margin.x);
  const wanted = right > left ? (room * (top - bottom)) / (right - left) : top > bottom ? Infinity : 0;
  const height = Math.round(Math.min(tallest, Math.max(lowest, wanted + 2 * margin.y)));
  const scale = Math.min(
    right > left ? room / (right - left) : Infinity,
    top > bottom ? (height - 2 * margin.y) / (top - bottom) : Infinity,
  );
  const by = Number.isFinite(scale) ? scale : 0; // a single node
  return {
    height,
    place: ({ x, y }) => ({
      x: width / 2 + (x - (left + right) / 2) * by,
      y: height / 2 - (y - (bottom + top) / 2) * by,
    }),
  };
}

export const around = (x, y, width, height) => ({
  x0: x - width / 2,
  x1: x + width / 2,
  y0: y - height / 2,
  y1: y + height / 2,
});
const overlap = (one, other) => one.x0 < other.x1 && other.x0 < one.x1 && one.y0 < other.y1 && other.y0 < one.y1;

function crosses(rect, [a, b]) {
  let [enter, leave] = [0, 1]; // the part of the line inside, after Liang and Barsky
  for (const [from, to, low, high] of [
    [a.x, b.x, rect.x0, rect.x1],
    [a.y, b.y, rect.y0, rect.y1],
  ]) {
    if (Math.max(from, to) <= low || Math.min(from, to) >= high) return false;
    if (from === to) continue;
    const [one, other] = [(low - from) / (to - from), (high - from) / (to - from)];
    enter = Math.max(enter, Math.min(one, other));
    leave = Math.min(leave, Math.max(one, other));
  }
  return enter < leave;
}

function meet([a, b], [c, d]) {
  const side = (p, q, at) => Math.sign((q.x - p.x) * (at.y - p.y) - (q.y - p.y) * (at.x - p.x));
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}

const CROSSING = 3; // what it costs a label to cover a line, in the units of the candidates' costs

// Rectangles that keep clear of each other. `lines` may be covered, but each costs; `taken` may not.
export function desk(width, height, lines) {
  const taken = [];
  const leaders = [];
  const free = (rect) =>
    rect.x0 >= 0 &&
    rect.y0 >= 0 &&
    rect.x1 <= width &&
    rect.y1 <= height &&
    !taken.some((other) => overlap(rect, other));
  return {
    take: (rect) => {
      taken.push(rect);
    },
    mark: () => taken.length,
    back: (mark) => {
      taken.length = mark;
      leaders.length = 0;
    },
    // Take the cheapest of the candidates, which come in the order of their costs; null if none is free, or too dear.
    put(candidates, boxWidth, boxHeight, own = null, dearest = Infinity) {
      let best = null;
      for (const candidate of candidates) {
        if (best && candidate.cost >= best.cost) break;
        const rect = around(candidate.x, candidate.y, boxWidth, boxHeight);
        if (!free(rect)) continue;
        const covered = lines.filter((line) => line !== own && crosses(rect, line)).length;
        const lead = candidate.from && [candidate.from, candidate];
        const led = lead
          ? taken.filter((other) => crosses(other, lead)).length -
            1 +
            leaders.filter((other) => meet(other, lead)).length
          : 0;
        const cost = candidate.cost + CROSSING * (covered + Math.max(0, led));
        if (cost <= dearest && (!best || cost < best.cost)) best = { ...candidate, cost, rect };
      }
      if (best) taken.push(best.rect);
      if (best?.from) leaders.push([best.from, best]);
      return best;
    },
  };
}

const byCost = (found) => found.sort((one, other) => one.cost - other.cost);

// Places for the label of a node, close by on all sides; rather not where its links go.
export function besideNode({ x, y, reach }, width, height, inward) {
  const [dx, dy] = [reach + width / 2 + 3, reach + height / 2 + 1];
  const found = [
    { x, y: y + dy, cost: 1 },
    { x, y: y - dy, cost: 1.5 },
    { x: x + dx, y, cost: 2 },
    { x: x - dx, y, cost: 2 },
    { x: x + 0.8 * dx, y: y + 0.8 * dy, cost: 2.5 },
    { x: x - 0.8 * dx, y: y + 0.8 * dy, cost: 2.5 },
    { x: x + 0.8 * dx, y: y - 0.8 * dy, cost: 3 },
    { x: x - 0.8 * dx, y: y - 0.8 * dy, cost: 3 },
    { x: x + 0.4 * width, y: y + dy, cost: 2.2 },
    { x: x - 0.4 * width, y: y + dy, cost: 2.2 },
    { x: x + 0.4 * width, y: y - dy, cost: 2.7 },
    { x: x - 0.4 * width, y: y - dy, cost: 2.7 },
  ];
  for (const place of found)
    place.cost += (inward.x * (place.x - x) + inward.y * (place.y - y)) / Math.hypot(place.x - x, place.y - y);
  return byCost(found);
}

// Places farther off, rows above and below; a line leads there.
export function farFromNode({ x, y, reach }, width, height, row) {
  const dy = reach + height / 2 + 1;
  const found = [];
  for (let far = 1; far <= 6; far += 1) {
    for (const side of [0, -0.5, 0.5, -1, 1]) {
      const at = { x: x + side * width, from: { x, y }, cost: far + Math.abs(side) };
      found.push({ ...at, y: y + dy + far * row }, { ...at, y: y - dy - far * row, cost: at.cost + 0.2 });
    }
  }
  return byCost(found);
}

// Places for what is written on a link: on its line where there is room, else beside it.
export function besideLink([a, b], width, height, gap, signed) {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const across = { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
  const off = gap + (Math.abs(across.x) * width + Math.abs(across.y) * height) / 2;
  const along = Math.abs(across.y) * width + Math.abs(across.x) * height; // how much of the line it would cover
  const found = [];
  [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].forEach((share, i) => {
    const at = { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
    if (!signed && along < 0.55 * length) found.push({ ...at, on: true, cost: 0.3 * i });
    for (const side of [1, -1])
      found.push({ x: at.x + side * off * across.x, y: at.y + side * off * across.y, cost: 2 + 0.4 * i });
  });
  return byCost(found);
}

// The nearest item in the direction [ux, uy]; what lies off that way counts as farther.
export function toward(items, from, [ux, uy]) {
  let best = null;
  for (const item of items) {
    const [dx, dy] = [item.x - from.x, item.y - from.y];
    const [along, across] = [dx * ux + dy * uy, Math.abs(dx * uy - dy * ux)];
    if (item === from || along < 1 || across > 2 * along) continue;
    const away = along + 1.5 * across;
    if (!best || away < best.away) best = { item, away };
  }
  return best?.item ?? null;
}
