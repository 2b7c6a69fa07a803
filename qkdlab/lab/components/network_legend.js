import { html, svg } from "./common.js";
import { drawSign } from "./network_signs.js";

export const DASHES = ["", "9 6", "2 5", "14 4 2 4"];

// The signs that are in use on this map, and no others.
export function paintLegend(legend, { nodes, links, routes, step }, words) {
  legend.replaceChildren();
  const entry = (name, draw, text = words[`legend_${name}`], more = "") => {
    const item = html("span", { class: more }, legend);
    draw(svg("svg", { viewBox: "-22 -13 44 26", "aria-hidden": "true" }, item));
    html("span", {}, item, text);
  };
  const used = (items, key, name) => items.some((one) => one[key] === name);
  const node = (extra, sign) => (box) => drawSign(sign, svg("g", { class: `node ${extra}` }, box));
  for (const kind of ["end user", "trusted node", "optical switch"]) if (used(nodes, "kind", kind)) entry(`kind_${kind}`, node("", kind));
  if (nodes.some(({ end }) => end)) entry("end", node("end", nodes.find(({ end }) => end).kind));
  if (used(nodes, "state", "compromised")) entry("state_compromised", (box) => {
    svg("circle", { class: "danger", r: 10.5 }, svg("g", { class: "node compromised" }, box));
    drawSign("eye", svg("g", { class: "eve" }, box), "scale(.75)");
  });
  if (used(nodes, "state", "lost")) entry("state_lost", node("lost", "lost"));
  if (nodes.some(({ knows }) => knows)) entry("knows", node("", "knows"));
  const other = links.some(({ state }) => state !== "working");
  if (other && used(links, "state", "working")) entry("link_working", (box) => svg("path", { class: "line", d: "M-21 0H21" }, svg("g", { class: "link" }, box)));
  if (used(links, "state", "eve")) entry("link_eve", (box) => {
    const link = svg("g", { class: "link eve" }, box);
    for (const name of ["line", "hatch"]) svg("path", { class: name, d: "M-21 0H21" }, link);
    drawSign("eye", link);
  });
  for (const state of ["cut", "down"]) if (used(links, "state", state)) entry(`link_${state}`, (box) => {
    const link = svg("g", { class: `link ${state}` }, box);
    svg("path", { class: "line", d: "M-21 0H-11M11 0H21" }, link);
    drawSign(state, link);
  });
  if (links.some(({ level }) => level != null)) entry("pool", (box) => {
    const gauge = svg("g", { class: "chip" }, box);
    svg("rect", { class: "full", x: -14, y: -5, width: 17, height: 10 }, gauge);
    svg("rect", { class: "frame", x: -14, y: -5, width: 28, height: 10, rx: 2 }, gauge);
  });
  if (step) entry("step", (box) => svg("path", { class: "arrow", d: "M-20 0H12M4-8L14 0 4 8" }, svg("g", { class: "step" }, box)));
  routes.forEach(({ text }, i) => entry("route", (box) => {
    svg("path", { class: "way", d: "M-21 0H21", "stroke-dasharray": DASHES[i] }, box);
    svg("circle", { class: "number", r: 11 }, box);
    svg("text", { class: "digit", y: 5 }, box, i + 1);
  }, text, `route r${i}`));
}

// The same as a table: nodes and links, each with its state in words.
export function paintTables(into, { nodes, links }, words, { percent, name }) {
  into.replaceChildren();
  const table = (caption, columns, rows) => {
    const node = html("table", {}, into);
    html("caption", {}, node, caption);
    const head = html("tr", {}, html("thead", {}, node));
    for (const column of columns) html("th", { scope: "col" }, head, column);
    const body = html("tbody", {}, node);
    for (const [first, ...rest] of rows) {
      const row = html("tr", {}, body);
      html("th", { scope: "row" }, row, first);
      for (const text of rest) html("td", {}, row, text || words.nothing);
    }
  };
  const joined = (...texts) => texts.filter(Boolean).join(", ");
  table(words.nodes, [words.column_node, words.column_kind, words.column_state, words.column_note], nodes.map((node) => [
    node.id, words[`kind_${node.kind}`],
    joined(words[`state_${node.state}`], node.end && words[`end_${node.end}`], node.knows && words.knows), node.note,
  ]));
  table(words.links, [words.column_link, words.column_state, words.column_key, words.column_pool, words.column_note], links.map((link) => [
    name(link), words[`link_${link.state}`], link.label, link.level == null ? "" : percent(link.level), link.note,
  ]));
}
