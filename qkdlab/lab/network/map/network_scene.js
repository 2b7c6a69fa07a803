import { calmed, remembering } from "./network_calm.js";
import { around, besideNode, desk, farFromNode, fit, nearestTo } from "./network_layout.js";
import { textWidth, wrap } from "./network_letters.js";
import { cornerFor, isLittle, leastApart, MANY_NODES, margins } from "./network_room.js";
import { LINK_SIGNS } from "./network_signs.js";
import { linkWriter } from "./network_written.js";

const MANY_LINKS = 24; // in view: above, what is to be said of links shows on focus and hover
const FEW = 8; // nodes that know the key: up to so many are named wherever there is room; links that have rates
const LEAST_SIGN = 0.5; // by so much the sign of a link is made smaller at most
const BADGE = 8.5; // half the size of the eye and the key at a node

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

// What finds everything that a map shows, with its place: nodes, links, routes, the step and their labels. Where rates
// find room if of nodes nothing but the names is told, nothing else is, whatever happens; `brief` says so beforehand.
export function sceneOf(words, item) {
  const laid = (told, size, lens, names) => layOut(told, size, lens, words, item, names);
  const gains = remembering((...what) => !laid(...what, false).rated && laid(...what, true).rated);
  return (told, size, lens, brief) => {
    if (isLittle(size)) return laid(told, size, lens, true);
    const alone = brief ?? (told.links.length <= FEW && gains(calmed(told), size, lens));
    return alone ? { ...laid(told, size, lens, true), brief: true } : laid(told, size, lens, false);
  };
}

function layOut({ nodes, links, routes, step }, size, lens, words, item, names) {
  const { font, small, k, family } = size;
  const row = 1.25 * small;
  const box = { width: size.width, height: size.height };
  const widest = Math.max(...nodes.map(({ id }) => textWidth(id, font, family, 600)));
  const told = names ? 0 : textWidth(words.knows, small, family, 400);
  const wide = { sides: Math.max(widest, told) + 30 * k, wider: names ? 2.5 : 1.4 };
  const placeIn = (part) => fit(nodes, box, margins(nodes, font, names, isLittle(size)), part, wide);
  const place = placeIn(lens);
  const buttons = { width: 6.6 * small, height: 2.3 * small };
  const corner = cornerFor(nodes.map(placeIn({ zoom: 1, x: 0, y: 0 })), box, buttons, 1.5 * font);
  const spots = new Map(nodes.map((node) => [node.id, { ...node, ...place(node) }]));
  const inside = ({ x, y }) => x > 0 && y > 0 && x < box.width && y < box.height;
  const seen = [...spots.values()].filter(inside);
  const manyNodes = seen.length > MANY_NODES;
  const all = [...spots.values()];
  const nearest = leastApart(all);
  const mean = (axis) => all.reduce((sum, spot) => sum + spot[axis], 0) / all.length;
  const centre = { x: mean("x"), y: mean("y") };
  const r = Math.max(4, Math.min((manyNodes ? 11 : 17) * k, (manyNodes ? 0.36 : 0.28) * nearest));
  const badge = Math.min(BADGE * k, 0.48 * nearest, Math.max(0.8 * BADGE, 0.6 * r));
  for (const spot of spots.values())
    Object.assign(spot, {
      r,
      reach: ({ compromised: 1.6, lost: 1.35 }[spot.state] ?? 1.15) * r,
      badges: badges(spot),
      label: null,
      more: true,
      ...item("node", spot),
    });
  const sign = (manyNodes ? 9 : 12) * k;
  const drawn = linkLines();
  const manyLinks = drawn.filter(inside).length > MANY_LINKS;
  const paths = routeLines();
  const hop = stepLine();
  const table = desk(
    box,
    [...drawn, ...paths.flatMap(({ legs }) => legs)].map(({ line }) => line),
  );
  const writer = linkWriter(table, drawn, { small, k, family, r }, centre, { words, silent: manyLinks });
  const x0 = corner.left ? 0 : box.width - buttons.width;
  const y0 = corner.top ? 0 : box.height - buttons.height;
  table.take({ x0, y0, x1: x0 + buttons.width, y1: y0 + buttons.height });
  for (const spot of seen) takeNode(spot);
  const signs = new Map(drawn.map((link) => [link, around(link.mark.x, link.mark.y, 2.2 * sign, 2 * sign)]));
  for (const rect of signs.values()) table.take(rect);
  for (const path of paths) path.number = numberPlace(path);
  if (hop) hop.label = hop.text ? writer.labelOn(hop.line, hop.text, 700, 14 * k) : null;
  const [sound, struck] = [true, false].map((works) => drawn.filter(({ state }) => (state === "working") === works));
  const few = sound.length <= FEW;
  const first = few && names && !isLittle(size); // names find places farther off
  let rated = first && label();
  if (manyNodes) for (const link of struck) writer.labelLink(link);
  labelNodes(); // as if all links had signs: where there is room, names stay when something happens to a link
  const hushed = seen.some((node) => node.knows && !saysSo(node));
  if (hushed) for (const node of seen) hush(node); // of all in words that they know the key, or of none
  if (!first) rated = label();
  const placed = { nodes: [...spots.values()], links: drawn, routes: paths, step: hop };
  return { ...placed, box, k, small, row, badge, corner, hushed, rated };

  // Write what is to be said of links; whether all rates are there.
  function label() {
    for (const [link, rect] of signs) if (!LINK_SIGNS[link.state]) table.give(rect);
    if (!manyNodes) for (const link of struck) writer.labelLink(link);
    return writer.labelWorking(sound);
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
        return { ...link, line, ...middle(line), ...markOn(line), reach: 12 * k, ...item("link", link) };
      }),
    );
    const order = new Map(links.map((link, i) => [link.id, i]));
    return placed.sort((one, other) => order.get(one.id) - order.get(other.id));
  }

  // The sign of a link stands on it, smaller where nodes leave less room, or below it where they leave next to none.
  function markOn(line) {
    const fits = (length(line) - 2.3 * r) / 2;
    if (fits >= LEAST_SIGN * sign) return { mark: middle(line), sign: Math.min(sign, fits) };
    return { mark: middle(beside(line, (line[0].x <= line[1].x ? 1 : -1) * (1.3 * r + sign))), sign };
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
    return table.put(on, 1.7 * small, 1.7 * small, { onLine: true });
  }

  function stepLine() {
    const link = step && drawn.find(({ id }) => id === step.link);
    if (!link) return null;
    const way = step.from === link.a ? link.line : [link.line[1], link.line[0]];
    return { ...step, line: [middle(way, 0.2), middle(way, 0.78)] };
  }

  function takeNode({ x, y, state, badges: at }) {
    table.take(around(x, y, 2.3 * r, 2.3 * r));
    const room = manyNodes ? at : badges({ state, knows: true }); // for the key that may come
    for (const place of Object.values(room))
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

  // Users and what happened come first; where there are many nodes, others are named only if there is room nearby.
  function labelNodes() {
    const few = nodes.filter(({ knows }) => knows).length <= FEW;
    const rank = (node) =>
      (node.end ? 4 : 0) + (node.state !== "sound" ? 2 : 0) + (hit.has(node.id) ? 2 : 0) + (node.knows && few ? 1 : 0);
    const hit = new Set(drawn.filter(({ state }) => state === "eve" || state === "cut").flatMap(({ a, b }) => [a, b]));
    const named = seen.filter((node) => !manyNodes || rank(node) || node.knows);
    const inward = leaning();
    for (const node of named.sort((one, other) => rank(other) - rank(one))) {
      const [most, far] = [names ? 0 : !manyNodes ? 3 : rank(node) > 1 ? 2 : 0, !manyNodes || rank(node)];
      // Rather less is said than said nearer to another node; but a name stands somewhere.
      node.label =
        labelOf(node, most, inward.get(node.id), far, nearestTo(node, seen)) ??
        labelOf(node, most, inward.get(node.id), far);
      node.more = node.label?.lines.length !== nodeLines(node, 3).length;
    }
  }

  function labelOf(node, most, inward, far, fits) {
    for (let detail = most; detail >= 0; detail -= 1) {
      const lines = nodeLines(node, detail);
      if (detail < most && lines.length === nodeLines(node, detail + 1).length) continue;
      const [w, h] = sizeOf(lines);
      const put = (places) => table.put(places, w, h, { fits });
      const found =
        steadyPlace(node, lines, detail, inward, fits) ??
        put(besideNode(node, w, h, inward)) ??
        (far ? put(farFromNode(node, w, h, row)) : null);
      if (found) return { ...found, lines, detail };
    }
    return null;
  }

  function saysSo({ label }) {
    return label?.lines.join().includes(words.knows) ?? false;
  }

  // Say no more of a node that it knows the key: its sign tells. The label keeps its side.
  function hush(node) {
    const { label } = node;
    if (!saysSo(node)) return;
    const lines = nodeLines({ ...node, knows: false }, label.detail);
    const [w, h] = sizeOf(lines);
    const here = besideNode(node, w, h, { x: 0, y: 0 }).find(({ side }) => side === label.side) ?? label;
    node.label = { ...label, lines, x: here.x, y: here.y, rect: around(here.x, here.y, w, h) };
    table.give(label.held ?? label.rect);
    table.take(node.label.rect);
    node.more = true;
  }

  function sizeOf(lines) {
    const widths = lines.map((text, i) => textWidth(text, i ? small : font, family, i ? 400 : 600));
    return [Math.max(...widths) + 4, 1.2 * font + (lines.length - 1) * row];
  }

  // Where a label may stay when keys take another way: it has room to say that its node knows the key, and keeps off
  // where ways might run. Null if there is not so much room.
  function steadyPlace(node, lines, detail, inward, fits) {
    if (manyNodes) return null;
    const [most, mostHigh] = sizeOf(nodeLines({ ...node, knows: true }, detail));
    const ways = drawn.flatMap(({ line }) => [beside(line, 7 * k), beside(line, -7 * k)]);
    const found = table.put(besideNode(node, most, mostHigh, inward), most, mostHigh, { shy: ways, fits });
    if (!found) return null;
    const [w, h] = sizeOf(lines);
    const here = besideNode(node, w, h, inward).find(({ side }) => side === found.side);
    return { ...here, rect: around(here.x, here.y, w, h), held: found.rect };
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
}
