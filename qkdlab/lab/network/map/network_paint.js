import { svg } from "../../components/common.js";
import { DASHES } from "./network_legend.js";
import { drawSign, keyed, LINK_SIGNS, put } from "./network_signs.js";

const point = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
const at = ({ x, y }, scale = null) => `translate(${point({ x, y })})${scale ? ` scale(${scale.toFixed(3)})` : ""}`;
const straight = ([a, b]) => `M${point(a)}L${point(b)}`;

// From back to front. Only `links` and `nodes` are for the keyboard and for screen readers.
export function sceneLayers(plot) {
  const layer = (name, hidden) => svg("g", { class: name, "aria-hidden": hidden ? "true" : null }, plot);
  const layers = { plot };
  const made = new Map();
  const shadow = (kind) => (key, parent) => {
    const names = { "data-item": kind, "data-key": `${kind} ${key}`, "data-id": key };
    return { root: svg("g", names, parent), look: "" };
  };
  const item = (kind) => (key, parent) => {
    const one = shadow(kind)(key, parent);
    made.set(`${kind} ${key}`, one.root);
    return one;
  };
  const plain = (_key, parent) => ({ root: svg("g", {}, parent), look: "" });
  const [links, routes, step, nodes] = [layer("links"), layer("routes", true), layer("steps", true), layer("nodes")];
  const [labels, marks, above] = [layer("labels", true), layer("marks", true), layer("numbers", true)];
  return Object.assign(layers, {
    links: keyed(links, item("link")),
    routes: keyed(routes, plain),
    step: keyed(step, plain),
    nodes: keyed(nodes, item("node")),
    labels: keyed(labels, shadow("node")),
    marks: keyed(marks, shadow("link")),
    numbers: keyed(above, plain),
    nodeOf: (key) => made.get(key),
  });
}

export function paintScene(layers, placed, current) {
  const { box, nodes, links, routes, step } = placed ?? { nodes: [], links: [], routes: [], step: null };
  if (box) put(layers.plot, box);
  const byId = (all) => all.map((one) => [one.id, one]);
  layers.links(byId(links), (kept, link) => paintItem(kept, link, current, drawLink));
  layers.nodes(byId(nodes), (kept, node) =>
    paintItem(kept, node, current, (parts, one) => drawNode(parts, one, placed)),
  );
  layers.labels(byId(nodes.filter(({ label }) => label)), (kept, node) =>
    afresh(kept, [node.label, node.x, node.y, node.end, node.state], () => drawLabel(kept.root, node, placed)),
  );
  layers.marks(byId(links), (kept, link) =>
    afresh(kept, [link.mark, link.sign, link.state, link.label_at, link.level], () =>
      drawMark(kept.root, link, placed),
    ),
  );
  layers.routes(
    routes.map((route) => [route.index, route]),
    (kept, route) => {
      put(kept.root, { class: `route r${route.index}` });
      afresh(kept, route.legs, () =>
        svg("path", { class: "way", d: way(route.legs), "stroke-dasharray": DASHES[route.index] }, kept.root),
      );
    },
  );
  layers.numbers(
    routes.filter(({ number }) => number).map((route) => [route.index, route]),
    (kept, { index, number }) => {
      put(kept.root, { class: `route r${index}`, transform: at(number) });
      afresh(kept, [placed.small], () => {
        svg("circle", { class: "number", r: 0.78 * placed.small }, kept.root);
        svg("text", { class: "digit", y: 0.36 * placed.small }, kept.root, index + 1);
      });
    },
  );
  layers.step(step ? [["step", step]] : [], (kept) => afresh(kept, step, () => drawStep(kept.root, step, placed)));
}

// Draw again only what has changed.
function afresh(kept, what, draw) {
  const look = JSON.stringify(what);
  if (kept.look === look) return;
  kept.look = look;
  kept.root.replaceChildren();
  draw();
}

function paintItem(kept, one, current, draw) {
  const acts = one.actions.length > 0;
  put(kept.root, {
    role: acts ? "button" : "img",
    tabindex: one.key === current ? 0 : -1,
    "aria-label": one.told,
    "aria-haspopup": acts ? "menu" : null,
    "aria-expanded": acts ? (kept.root.getAttribute("aria-expanded") ?? "false") : null,
  });
  draw(kept, one);
}

function drawLink(kept, link) {
  put(kept.root, { class: `link ${link.state}${link.actions.length ? " acts" : ""}` });
  const { line, state, sign } = link;
  afresh(kept, [line.map(point), state, sign], () => {
    const whole = straight(line);
    svg("path", { class: "ring", d: whole }, kept.root);
    svg("path", { class: "inside", d: whole }, kept.root);
    svg("path", { class: "line", d: state === "cut" ? gapped(line, 1.5 * sign) : whole }, kept.root);
    if (state === "eve") svg("path", { class: "hatch", d: whole }, kept.root);
    svg("path", { class: "hit", d: whole }, kept.root);
  });
}

function gapped([a, b], gap) {
  const share = Math.min(0.3, gap / (Math.hypot(b.x - a.x, b.y - a.y) || 1));
  const on = (t) => ({ x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) });
  return straight([a, on(0.5 - share)]) + straight([on(0.5 + share), b]);
}

function drawNode(kept, node, { badge, k }) {
  put(kept.root, {
    class: `node ${node.state}${node.end ? " end" : ""}${node.actions.length ? " acts" : ""}`,
    transform: at(node),
  });
  afresh(kept, [node.kind, node.state, node.badges, node.r, badge, k], () => {
    const { r } = node;
    svg("circle", { class: "hit", r: Math.max(r + 4, 13) }, kept.root);
    svg("circle", { class: "ring", r: 1.55 * r + 4 * k }, kept.root);
    if (node.state === "compromised") svg("circle", { class: "danger", r: 1.5 * r }, kept.root);
    drawSign(node.kind, kept.root, `scale(${(r / 10).toFixed(3)})`);
    if (node.state === "lost") drawSign("lost", kept.root, `scale(${(r / 9).toFixed(3)})`);
    for (const [name, place] of Object.entries(node.badges))
      if (place) drawSign(name, kept.root, at(place, badge / 10));
  });
}

// A line from an item, from so far off its middle, to a label that stands apart.
function drawLeader(group, { from, rect }, reach) {
  if (!from) return;
  const { x, y } = from;
  const into = (value, low, high) => Math.max(low, Math.min(high, value));
  const to = { x: into(x, rect.x0, rect.x1), y: into(y, rect.y0, rect.y1) };
  const share = Math.min(1, reach / (Math.hypot(to.x - x, to.y - y) || 1));
  const start = { x: x + share * (to.x - x), y: y + share * (to.y - y) };
  svg("path", { class: "leader", d: straight([start, to]) }, group);
}

function drawLabel(group, { label, reach, end, state }, { small, row }) {
  put(group, { class: `label${end ? " end" : ""} ${state}` });
  drawLeader(group, label, reach);
  label.lines.forEach((text, i) => {
    const place = { x: label.x.toFixed(1), y: (label.rect.y0 + 0.95 * small + i * row).toFixed(1) };
    svg("text", { class: i ? "more" : "name", ...place }, group, text);
  });
}

// What stands on a link: the sign of its state, how full its pool is, its label.
function drawMark(group, link, { small, k }) {
  put(group, { class: `mark link ${link.state}${link.actions.length ? " acts" : ""}` });
  const name = LINK_SIGNS[link.state];
  if (name) drawSign(name, group, at(link.mark, link.sign / 10));
  const place = link.label_at;
  if (!place) return;
  drawLeader(group, place, name ? link.sign : 0);
  const chip = svg("g", { class: place.own ? "chip own" : "chip", transform: at(place) }, group);
  const { w, h, gauge, text } = place;
  svg("rect", { class: "back", x: -w / 2, y: -h / 2, width: w, height: h, rx: 0.3 * h }, chip);
  if (gauge) {
    const frame = { x: 4 * k - w / 2, y: -4.5 * k, height: 9 * k };
    svg("rect", { class: "full", ...frame, width: gauge * link.level }, chip);
    svg("rect", { class: "frame", ...frame, width: gauge, rx: 2 }, chip);
  }
  svg("text", { x: w / 2 - 4 * k, y: 0.36 * small }, chip, text);
}

const way = (legs) => legs.map(({ line }, i) => `${i ? "L" : "M"}${point(line[0])}L${point(line[1])}`).join("");

function drawStep(group, { line, label, text }, { small, k }) {
  put(group, { class: "step" });
  const [a, b] = line;
  const turn = (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI;
  const tip = svg("g", { transform: `${at(b)} rotate(${turn.toFixed(1)}) scale(${k})` }, group);
  svg("path", { class: "arrow", d: straight(line) }, group);
  svg("path", { class: "arrow", d: "M-11-9L0 0-11 9" }, tip);
  if (label) svg("text", { x: label.x.toFixed(1), y: (label.y + 0.36 * small).toFixed(1) }, group, text);
}
