import { fillTable, html, svg } from "../../components/common.js";
import { drawSign, joined } from "./network_signs.js";

export const DASHES = ["", "9 6", "2 5", "14 4 2 4"];

// What a legend must explain: the signs that this map shows, and no others.
export function signsInUse({ nodes, links, routes, step }, placed) {
  const used = (items, key, names) => names.filter((name) => items.some((one) => one[key] === name));
  const states = used(links, "state", ["working", "eve", "cut", "down"]);
  return {
    kinds: used(nodes, "kind", ["end user", "trusted node", "optical switch"]),
    end: nodes.find(({ end }) => end)?.kind ?? null,
    nodes: used(nodes, "state", ["compromised", "lost"]),
    knows: nodes.some(({ knows }) => knows),
    hushed: Boolean(placed?.hushed),
    links: states.length > 1 || states[0] !== "working" ? states : [],
    pool: Boolean(placed?.links.some(({ label_at: place }) => place?.gauge)),
    step: step != null,
    routes: routes.map(({ text }) => text),
  };
}

const DRAW = {
  compromised(box) {
    svg("circle", { class: "danger", r: 10.5 }, box);
    drawSign("eye", box, "scale(.75)");
  },
  lost: (box) => drawSign("lost", svg("g", { class: "node lost" }, box)),
  working: (box) => svg("path", { class: "line", d: "M-21 0H21" }, svg("g", { class: "link" }, box)),
  eve(box) {
    const link = svg("g", { class: "link eve" }, box);
    for (const name of ["line", "hatch"]) svg("path", { class: name, d: "M-21 0H21" }, link);
    drawSign("eye", link);
  },
  pool(box) {
    const gauge = svg("g", { class: "chip" }, box);
    svg("rect", { class: "full", x: -14, y: -5, width: 17, height: 10 }, gauge);
    svg("rect", { class: "frame", x: -14, y: -5, width: 28, height: 10, rx: 2 }, gauge);
  },
  step: (box) => svg("path", { class: "arrow", d: "M-20 0H12M4-8L14 0 4 8" }, svg("g", { class: "step" }, box)),
};
for (const state of ["cut", "down"]) {
  DRAW[state] = (box) => {
    const link = svg("g", { class: `link ${state}` }, box);
    svg("path", { class: "line", d: "M-21 0H-11M11 0H21" }, link);
    drawSign(state, link);
  };
}

export function paintLegend(legend, ways, use, words) {
  legend.replaceChildren();
  ways.replaceChildren();
  const entry = (text, draw, look = null, number = null, into = number ? ways : legend) => {
    const item = html("span", { class: look }, into);
    draw(svg("svg", { viewBox: "-22 -13 44 26", "aria-hidden": "true" }, item));
    if (number) html("span", { class: "count" }, item, number);
    html("span", {}, item, text);
  };
  const node = (kind, look) => (box) => drawSign(kind, svg("g", { class: `node ${look}` }, box));
  for (const kind of use.kinds) entry(words[`legend_kind_${kind}`], node(kind, ""));
  if (use.end) entry(words.legend_end, node(use.end, "end"));
  for (const state of use.nodes) entry(words[`legend_state_${state}`], DRAW[state]);
  if (use.knows) entry(words.legend_knows, node("knows", ""), null, null, use.hushed ? ways : legend);
  for (const state of use.links) entry(words[`legend_link_${state}`], DRAW[state]);
  if (use.pool) entry(words.legend_pool, DRAW.pool);
  if (use.step) entry(words.legend_step, DRAW.step);
  use.routes.forEach((text, i) => {
    entry(
      text,
      (box) => svg("path", { class: "way", d: "M-21 0H21", "stroke-dasharray": DASHES[i] }, box),
      `r${i}`,
      i + 1,
    );
  });
}

// The same as a table: nodes and links, each with its state in words.
export function paintTables(into, { nodes, links }, words, { percent, name }) {
  into.replaceChildren();
  const table = (caption, columns, rows) => {
    const told = rows.map((row) => row.map((text) => text || words.nothing));
    fillTable(html("table", {}, into), columns, told, caption);
  };
  table(
    words.nodes,
    [words.column_node, words.column_kind, words.column_state, words.column_note],
    nodes.map((node) => [
      node.id,
      words[`kind_${node.kind}`],
      joined(words[`state_${node.state}`], node.end && words[`end_${node.end}`], node.knows && words.knows),
      node.note,
    ]),
  );
  table(
    words.links,
    [words.column_link, words.column_state, words.column_key, words.column_pool, words.column_note],
    links.map((link) => [
      name(link),
      words[`link_${link.state}`],
      link.label,
      link.level == null ? "" : percent(link.level),
      link.note,
    ]),
  );
}
