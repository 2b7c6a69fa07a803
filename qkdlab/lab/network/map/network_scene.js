import { around, besideLink, besideNode, desk, farFromNode, fit } from "./network_layout.js";
import { LINK_SIGNS } from "./network_signs.js";

const MANY_LINKS = 24; // above, labels of links show on focus and hover
const MANY_NODES = 20; // above, notes of nodes do
const LONG = 20; // letters in a line of a label
const TALLER = 1.35; // how much taller a map of many nodes may be
const DEAREST = 5; // what the place of a link's label may cost: that it covers one other line
const BADGE = 8.5; // half the size of the eye and the key at a node

const measured = new Map();
const pen = document.createElement("canvas").getContext("2d");
function textWidth(text, size, family, weight = 400) {
  const key = `${weight} ${size} ${family} ${text}`;
  if (!measured.has(key)) {
    if (measured.size > 2000) measured.clear();
    pen.font = `${weight} ${size}px ${family}`;
    measured.set(key, pen.measureText(text).width);
  }
  return measured.get(key);
}

function wrap(parts, between) {
  const lines = [];
  for (const part of parts.filter(Boolean)) {
    const longer = `${lines.at(-1)}${between}${part}`;
    if (lines.length && longer.length <= LONG) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}

const middle = ([a, b], share = 0.5) => ({ x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) });
const length = ([a, b]) => Math.hypot(b.x - a.x, b.y - a.y);

// The line from a to b, moved to its right by so many pixels.
export function beside([a, b], off) {
  const by = off / (length([a, b]) || 1);
  const [dx, dy] = [-(b.y - a.y) * by, (b.x - a.x) * by];
  return [
    { x: a.x + dx, y: a.y + dy },
    { x: b.x + dx, y: b.y + dy },
  ];
}

// Everything that a map shows, with its place: nodes, links, routes, the step and their labels.
export function scene({ nodes, links, routes, step }, { width, tallest, font, small, k, family }, words, item) {
  const row = 1.25 * small;
  const [manyNodes, manyLinks] = [nodes.length > MANY_NODES, links.length > MANY_LINKS];
  const fitted = fit(
    nodes,
    width,
    { x: 3.6 * font, y: (manyNodes ? 2.7 : nodes.some(({ note }) => note) ? 5 : 3.9) * font },
    11 * font,
    (manyNodes ? TALLER : 1) * tallest,
  );
  const box = { width, height: fitted.height };
  const spots = new Map(nodes.map((node) => [node.id, { ...node, ...fitted.place(node) }]));
  const nearest = distance([...spots.values()]);
  const r = Math.max(4, Math.min((manyNodes ? 11 : 17) * k, 0.36 * nearest));
  const badge = Math.min(BADGE * k, 0.48 * nearest, Math.max(0.8 * BADGE, 0.6 * r));
  for (const spot of spots.values())
    Object.assign(spot, {
      r,
      reach: ({ compromised: 1.6, lost: 1.35 }[spot.state] ?? 1.15) * r,
      badges: badges(spot),
      ...item("node", spot),
    });
  const sign = (manyNodes ? 9 : 12) * k;
  const drawn = linkLines();
  const paths = routeLines();
  const hop = stepLine();
  const table = desk(width, box.height, [...drawn.map(({ line }) => line)]);
  for (const spot of spots.values()) takeNode(spot);
  for (const link of drawn)
    if (LINK_SIGNS[link.state]) table.take(around(link.mark.x, link.mark.y, 2.2 * sign, 2 * sign));
  for (const path of paths) path.number = numberPlace(path);
  if (hop) hop.label = hop.text ? labelOn(hop.line, [hop.text], 700, 10 * k, true) : null;
  labelNodes();
  for (const link of drawn) labelLink(link);
  return { box, k, small, row, badge, nodes: [...spots.values()], links: drawn, routes: paths, step: hop };

  function distance(all) {
    let least = Infinity;
    all.forEach((one, i) => {
      for (const other of all.slice(0, i)) least = Math.min(least, Math.hypot(one.x - other.x, one.y - other.y));
    });
    return least;
  }

  // The key and the eye stand at the shoulders of a node; above it where nodes are small and close together.
  function badges({ state, knows }) {
    const both = knows && state === "compromised";
    const [dx, dy] =
      r > 10.5 * k ? [1.15 * r, 1.15 * r] : [both ? 1.05 * badge : 0, 1.2 * r + badge + (both ? 0.5 * r : 0)];
    return { knows: knows ? { x: -dx, y: -dy } : null, eye: state === "compromised" ? { x: dx, y: -dy } : null };
  }

  function linkLines() {
    const bundles = new Map(); // links that join the same two nodes stand side by side
    for (const link of links) {
      if (!spots.has(link.a) || !spots.has(link.b)) continue;
      const pair = [link.a, link.b].sort().join("\n");
      bundles.set(pair, [...(bundles.get(pair) ?? []), link]);
    }
    const placed = [...bundles].flatMap(([, bundle]) =>
      bundle.map((link, i) => {
        const turn = link.a < link.b ? 1 : -1;
        const line = beside([spots.get(link.a), spots.get(link.b)], turn * (i - (bundle.length - 1) / 2) * 18 * k);
        return { ...link, line, ...middle(line), mark: markPlace(line), sign, reach: 12 * k, ...item("link", link) };
      }),
    );
    const order = new Map(links.map((link, i) => [link.id, i]));
    return placed.sort((one, other) => order.get(one.id) - order.get(other.id));
  }

  // The sign of a link stands on it, or below it where the nodes leave no room.
  function markPlace(line) {
    if (length(line) - 2.4 * r >= 2 * sign) return middle(line);
    return middle(beside(line, (line[0].x <= line[1].x ? 1 : -1) * (1.3 * r + sign)));
  }

  // Routes run beside the links, on the right of their way while there is room.
  function routeLines() {
    const used = new Map(); // link id → places taken beside it, counted from its own side
    return routes.map((route, index) => {
      const legs = [];
      for (let i = 1; i < route.nodes.length; i += 1) {
        const [from, to] = [route.nodes[i - 1], route.nodes[i]];
        const link = drawn.find(({ a, b }) => (a === from && b === to) || (a === to && b === from));
        if (!link) continue;
        const turn = link.a === from ? 1 : -1;
        const taken = used.get(link.id) ?? [];
        const side = [1, -1, 2, -2].map((place) => turn * place).find((place) => !taken.includes(place));
        used.set(link.id, [...taken, side]);
        const line = beside(link.line, side * 7 * k);
        legs.push({ link: link.id, line: turn > 0 ? line : [line[1], line[0]] });
      }
      return { ...route, index, legs, alone: ({ link }) => used.get(link).length === 1 };
    });
  }

  // The number of a route stands on a long leg, rather where no other route runs and no sign stands.
  function numberPlace({ legs, alone }) {
    const plain = new Set(drawn.filter(({ state }) => state === "working").map(({ id }) => id));
    const rank = (leg) => length(leg.line) * (plain.has(leg.link) ? 4 : 1) * (alone(leg) ? 2 : 1);
    const best = [...legs].sort((one, other) => rank(other) - rank(one));
    const on = best.map(({ line }, i) => ({ ...middle(line, 0.3), cost: 0.1 * i }));
    const off = best.flatMap(({ line }, i) =>
      [1, -1].map((side) => ({ ...middle(beside(line, side * (1.3 * r + small))), cost: 50 + 0.1 * i })),
    );
    return table.put([...on, ...off], 1.7 * small, 1.7 * small);
  }

  function stepLine() {
    const link = step && drawn.find(({ id }) => id === step.link);
    if (!link) return null;
    const way = step.from === link.a ? link.line : [link.line[1], link.line[0]];
    return { ...step, line: [middle(way, 0.2), middle(way, 0.78)] };
  }

  function takeNode({ x, y, badges: at }) {
    table.take(around(x, y, 2.3 * r, 2.3 * r));
    for (const place of Object.values(at))
      if (place) table.take(around(x + place.x, y + place.y, 2 * badge, 2 * badge));
  }

  // What a label says: 0 the name, 1 what is out of the ordinary, 2 that it knows the key, 3 the note.
  function nodeLines(node, detail) {
    const told = [
      node.end && words[`end_${node.end}`],
      node.state !== "sound" && words[`state_${node.state}`],
      detail > 1 && node.knows && words.knows,
    ];
    return [node.id, ...(detail ? wrap(told, ", ") : []), ...(detail > 2 ? wrap(node.note.split(" "), " ") : [])];
  }

  function labelNodes() {
    const all = [...spots.values()].sort((one, other) => nodeLines(other, 2).length - nodeLines(one, 2).length);
    const inward = leaning();
    const start = table.mark();
    for (let detail = manyNodes ? 2 : 3; detail >= 0; detail -= 1) {
      table.back(start);
      let missing = 0;
      for (const node of all) {
        node.label = null;
        for (let own = detail; own >= 0 && !node.label; own -= 1) {
          const lines = nodeLines(node, own);
          if (own < detail && lines.length === nodeLines(node, own + 1).length) continue;
          const w = Math.max(...lines.map((text, i) => textWidth(text, i ? small : font, family, i ? 400 : 600))) + 4;
          const h = 1.2 * font + (lines.length - 1) * row;
          const found =
            table.put(besideNode(node, w, h, inward.get(node.id)), w, h) ??
            table.put(farFromNode(node, w, h, row), w, h);
          if (found) node.label = { ...found, lines };
        }
        if (!node.label) missing += 1;
        if (missing && detail) break; // all of them again, with less on them
        node.more = node.label?.lines.length !== nodeLines(node, 3).length;
      }
      if (!missing) return;
    }
  }

  // For each node, the direction where its links go: its label rather stands on the other side.
  function leaning() {
    const sums = new Map(nodes.map(({ id }) => [id, { x: 0, y: 0 }]));
    for (const { a, b } of drawn) {
      const [one, other] = [spots.get(a), spots.get(b)];
      const far = Math.hypot(other.x - one.x, other.y - one.y) || 1;
      for (const [id, turn] of [
        [a, 1],
        [b, -1],
      ]) {
        sums.get(id).x += (turn * (other.x - one.x)) / far;
        sums.get(id).y += (turn * (other.y - one.y)) / far;
      }
    }
    for (const sum of sums.values()) {
      const size = Math.max(1, Math.hypot(sum.x, sum.y));
      sum.x /= size;
      sum.y /= size;
    }
    return sums;
  }

  function labelOn(line, lines, weight, gap, beyond, gauge = 0) {
    const w =
      Math.max(0, ...lines.map((text) => textWidth(text, small, family, weight))) +
      (gauge && lines.length ? 5 * k : 0) +
      gauge +
      8 * k;
    const h = lines.length ? 1.35 * small : 15 * k;
    const places = besideLink(line, w, h, gap, beyond);
    const found = table.put(manyLinks ? places.filter(({ on }) => on) : places, w, h, line, DEAREST);
    return found && { ...found, w, h, lines, gauge };
  }

  function labelLink(link) {
    const word = link.state === "working" ? "" : words[`link_${link.state}`];
    const whole = [word, link.label].filter(Boolean).join(", ");
    const gauge = link.level == null ? 0 : (manyLinks ? 18 : 30) * k;
    const signed = Boolean(LINK_SIGNS[link.state]) && !manyLinks;
    const gap = paths.some(({ legs }) => legs.some((leg) => leg.link === link.id)) ? 13 * k : 5 * k;
    const texts = manyLinks ? [""] : [...new Set([whole, link.label || word, ""])];
    link.label_at = null;
    for (const text of texts) {
      if (!text && !gauge) break;
      link.label_at = labelOn(link.line, text ? [text] : [], 400, gap, signed, gauge);
      if (link.label_at) break;
    }
    link.more = Boolean(link.note) || gauge > 0 || (link.label_at?.lines[0] ?? "") !== whole;
  }
}
