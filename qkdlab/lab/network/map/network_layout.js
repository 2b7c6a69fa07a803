// Where things stand on a network map: the scale, the places of labels, the nearest item in a direction.

const spread = (values) => ({ low: Math.min(...values), high: Math.max(...values) });

// The height at which nodes fill a width, within limits.
export function wantedHeight(nodes, width, margin, lowest, tallest) {
  const [x, y] = [spread(nodes.map((node) => node.x)), spread(nodes.map((node) => node.y))];
  const room = Math.max(1, width - 2 * margin.x);
  const wanted = x.high > x.low ? (room * (y.high - y.low)) / (x.high - x.low) : y.high > y.low ? Infinity : 0;
  return Math.round(Math.min(tallest, Math.max(lowest, wanted + 2 * margin.y)));
}

// Where nodes stand: all of them in the box, or the part of the map that the lens shows. In a low box the map is made
// wider, up to so many times, for what is written on it; names keep their room at the `sides`.
export function fit(nodes, { width, height }, margin, lens, { wider, sides }) {
  const [x, y] = [spread(nodes.map((node) => node.x)), spread(nodes.map((node) => node.y))];
  const across = x.high > x.low ? Math.max(1, width - 2 * margin.x) / (x.high - x.low) : Infinity;
  const down = y.high > y.low ? Math.max(1, height - 2 * margin.y) / (y.high - y.low) : Infinity;
  const scale = Math.min(across, down);
  const by = Number.isFinite(scale) ? scale * lens.zoom : 0; // a single node
  const most = (width - 2 * sides) / (x.high - x.low) / scale;
  const wide = Math.max(1, Math.min(most, wider)) || 1;
  return (node) => ({
    x: width / 2 + lens.x + (node.x - (x.low + x.high) / 2) * by * wide,
    y: height / 2 + lens.y - (node.y - (y.low + y.high) / 2) * by,
  });
}

export const around = (x, y, width, height) => ({
  x0: x - width / 2,
  x1: x + width / 2,
  y0: y - height / 2,
  y1: y + height / 2,
});
export const overlap = (one, other) => one.x0 < other.x1 && other.x0 < one.x1 && one.y0 < other.y1 && other.y0 < one.y1;

// Whether a line goes through a rectangle.
export function crosses({ x0, x1, y0, y1 }, [a, b]) {
  if (Math.max(a.x, b.x) <= x0 || Math.min(a.x, b.x) >= x1) return false;
  if (Math.max(a.y, b.y) <= y0 || Math.min(a.y, b.y) >= y1) return false;
  let [enter, leave] = [0, 1]; // the part of the line inside, after Liang and Barsky
  const clip = (one, other) => {
    enter = Math.max(enter, Math.min(one, other));
    leave = Math.min(leave, Math.max(one, other));
  };
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  if (dx) clip((x0 - a.x) / dx, (x1 - a.x) / dx);
  if (dy) clip((y0 - a.y) / dy, (y1 - a.y) / dy);
  return enter < leave;
}

// How far a rectangle is from a place; 0 if that is inside.
const fromPlace = ({ x0, x1, y0, y1 }, { x, y }) =>
  Math.hypot(Math.max(x0 - x, 0, x - x1), Math.max(y0 - y, 0, y - y1));

// How far a rectangle is from the box around a line.
const fromBox = ({ x0, x1, y0, y1 }, [a, b]) =>
  Math.hypot(
    Math.max(x0 - Math.max(a.x, b.x), 0, Math.min(a.x, b.x) - x1),
    Math.max(y0 - Math.max(a.y, b.y), 0, Math.min(a.y, b.y) - y1),
  );

// How far a rectangle is from a line; 0 if they touch.
export function distance(rect, line) {
  if (crosses(rect, line)) return 0;
  const { x0, x1, y0, y1 } = rect;
  const [a, b] = line;
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const toLine = (x, y) => {
    const share = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(x - a.x - share * dx, y - a.y - share * dy);
  };
  const corners = Math.min(toLine(x0, y0), toLine(x0, y1), toLine(x1, y0), toLine(x1, y1));
  return Math.min(corners, fromPlace(rect, a), fromPlace(rect, b));
}

function meet([a, b], [c, d]) {
  const side = (p, q, at) => Math.sign((q.x - p.x) * (at.y - p.y) - (q.y - p.y) * (at.x - p.x));
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}

const same = (one, other) => one.x === other.x && one.y === other.y;

const CROSSED = 3; // what it costs that the line to a label crosses something, in the units of the candidates' costs

// Rectangles that keep clear of each other, stay in the box, and cover none of the `lines` unless they may.
export function desk({ width, height }, lines) {
  const taken = [];
  const leaders = [];
  const free = (rect, uncovered, own) =>
    rect.x0 >= 0 &&
    rect.y0 >= 0 &&
    rect.x1 <= width &&
    rect.y1 <= height &&
    !taken.some((other) => overlap(rect, other)) &&
    !uncovered.some((line) => line !== own && crosses(rect, line));
  const crossed = (lead) =>
    taken.filter((other) => crosses(other, lead)).length -
    1 + // the node that it comes from
    [...leaders, ...lines].filter((other) => !other.some((end) => same(end, lead[0])) && meet(other, lead)).length;
  return {
    take: (rect) => {
      taken.push(rect);
    },
    give: (rect) => {
      taken.splice(taken.indexOf(rect), 1);
    },
    // What is taken, and no more than what was.
    taken: () => [[...taken], [...leaders]],
    takeOnly: ([rects, leads]) => {
      taken.splice(0, Infinity, ...rects);
      leaders.splice(0, Infinity, ...leads);
    },
    // Take the cheapest of the candidates, which come in the order of their costs; null if none is free and `fits`,
    // which is asked of few, as it may take long. Of lines in `shy` it keeps off, too.
    put(candidates, boxWidth, boxHeight, { onLine = false, shy = [], fits = () => true } = {}) {
      const uncovered = onLine ? [] : [...lines, ...leaders, ...shy];
      let best = null;
      for (const candidate of candidates) {
        if (best && candidate.cost >= best.cost) break;
        const rect = around(candidate.x, candidate.y, boxWidth, boxHeight);
        if (!free(rect, uncovered, candidate.own) || !fits(rect, candidate)) continue;
        const lead = candidate.from && [candidate.from, candidate];
        const over = lead ? Math.max(0, crossed(lead)) : 0;
        if (candidate.alone && over) continue;
        const cost = candidate.cost + CROSSED * over;
        if (!best || cost < best.cost) best = { ...candidate, cost, rect };
      }
      if (best) taken.push(best.rect);
      if (best?.from) leaders.push([best.from, best]);
      return best;
    },
  };
}

const byCost = (found) => found.sort((one, other) => one.cost - other.cost);

// Whether a rectangle is nearer to a node than to any of the others.
export const nearestTo = (spot, others) => (rect) => {
  const own = fromPlace(rect, spot);
  return others.every((other) => other === spot || fromPlace(rect, other) > own);
};

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
    { x: x + dx, y: y + 0.5 * dy, cost: 2.1 },
    { x: x - dx, y: y + 0.5 * dy, cost: 2.1 },
    { x: x + dx, y: y - 0.5 * dy, cost: 2.1 },
    { x: x - dx, y: y - 0.5 * dy, cost: 2.1 },
    { x: x + 0.4 * width, y: y + dy, cost: 2.2 },
    { x: x - 0.4 * width, y: y + dy, cost: 2.2 },
    { x: x + 0.4 * width, y: y - dy, cost: 2.7 },
    { x: x - 0.4 * width, y: y - dy, cost: 2.7 },
  ];
  for (const [side, place] of found.entries()) {
    place.side = side;
    place.cost += (inward.x * (place.x - x) + inward.y * (place.y - y)) / Math.hypot(place.x - x, place.y - y);
  }
  return byCost(found);
}

// Ways to places farther off, all around.
const AROUND = byCost(
  [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((far) =>
    [...Array(24).keys()].map((turn) => {
      const [c, s] = [Math.cos((turn * Math.PI) / 12), Math.sin((turn * Math.PI) / 12)];
      return { c, s, far, cost: 4 + far + 0.3 * Math.abs(c) };
    }),
  ),
);

// A place that way off a spot; a line leads there.
function farOff(spot, width, height, row, { c, s, far, cost, alone }) {
  const off = spot.reach + 0.8 * far * row;
  const [x, y] = [spot.x + c * (off + width / 2), spot.y + s * (off + height / 2)];
  return { x, y, from: spot, cost, alone };
}

// Places farther off a node.
export const farFromNode = ({ x, y, reach }, width, height, row) =>
  AROUND.map((way) => farOff({ x, y, reach }, width, height, row, way));

const APART = 1.4; // by so much the lines of other links are to be farther from what is written of a link

// Whether a rectangle is so much closer to the line of a link than to any of the others. The box around another line
// often tells.
export const closestTo = (line, others) => (rect) => {
  const own = APART * distance(rect, line);
  return others.every((other) => fromBox(rect, other) > own || distance(rect, other) > own);
};

const INSIDE = 2.5; // what it costs that something stands on that side of a link where the rest of the map is
const AROUND_LINK = byCost(
  [0.5, 0.35, 0.65].flatMap((share) => AROUND.map((way) => ({ ...way, share, cost: way.cost + 2, alone: true }))),
);

// The near ones and the farther ones in the order of costs. The farther ones, none of which costs less than `least`,
// are made only when it comes to them: the near ones are often enough.
function* inTurn(near, farther, least) {
  yield* byCost(near.filter(({ cost }) => cost < least));
  yield* byCost([...near.filter(({ cost }) => cost >= least), ...farther()]);
}

// Places for what is written of a link: beside its line, rather at its middle, and rather on the side away from the
// `centre` of the map. At last farther off: a line leads there, and `around` to anywhere, where it crosses nothing.
export function besideLink([a, b], width, height, gap, centre, around) {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const across = { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
  const off = gap + (Math.abs(across.x) * width + Math.abs(across.y) * height) / 2;
  const inner = across.x * (centre.x - a.x) + across.y * (centre.y - a.y); // how far the centre is from the line
  const inside = (by) => (Math.abs(inner) > height && by * inner > 0 ? INSIDE : 0);
  const beyond = ({ x, y }, by, cost) => ({
    x: x + by * across.x,
    y: y + by * across.y,
    cost: cost + inside(by),
  });
  const on = (share) => ({ x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y), reach: gap });
  const found = [];
  [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].forEach((share, i) => {
    const at = on(share);
    for (const side of [1, -1])
      for (const far of [0, 1]) found.push(beyond(at, side * (off + 0.5 * far * height), 0.4 * i + far));
  });
  const from = on(0.5);
  for (const side of [1, -1])
    for (let far = 2; far < 7; far += 1)
      found.push({ ...beyond(from, side * (off + 0.6 * far * height), 3 + far), from });
  const farther = () => AROUND_LINK.map((way) => farOff(on(way.share), width, height, height, way));
  return around ? inTurn(found, farther, AROUND_LINK[0].cost) : byCost(found);
}

const MOST_HIDDEN = 0.6; // of the line between its nodes, where something is written on it
const ON_LINE = 4; // what that costs: more than beside it, less than farther off

// Places for what is written on the line of a link itself, which goes on before and after it.
export function onLink(line, width, height, reach) {
  const [a, b] = line;
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy) || 1;
  const hidden = Math.min(width / Math.abs(dx || 1e-9), height / Math.abs(dy || 1e-9)) * length;
  if (hidden > MOST_HIDDEN * (length - 2 * reach)) return [];
  return [0.5, 0.42, 0.58, 0.35, 0.65].map((share, i) => ({
    x: a.x + share * dx,
    y: a.y + share * dy,
    cost: ON_LINE + 0.3 * i,
    own: line,
  }));
}

// The nearest item in the direction [ux, uy]; what lies off that way counts as farther.
export function toward(items, from, [ux, uy]) {
  let best = null;
  for (const item of items) {
    const [dx, dy] = [item.x - from.x, item.y - from.y];
    const [along, across] = [dx * ux + dy * uy, Math.abs(dx * uy - dy * ux)];
    if (item === from || along < 1 || across > 3.5 * along) continue;
    const away = along + 1.5 * across;
    if (!best || away < best.away) best = { item, away };
  }
  return best?.item ?? null;
}
