import { calm, html, mount, setText, svg } from "../components/common.js";
import { polarisationSign } from "./polarisation_sign.js";

const LANDING_MS = 900;

// One measurement of many photons: a tape for each detector, a line for each click in the order they came, and a
// scale with the count of detector 0, its interval, what the law says and what was predicted.
function drawTapes(picture, cell, shown, width, unit) {
  picture.replaceChildren();
  const sent = cell.clicks.length;
  const { n } = cell;
  const left = 2.2 * unit;
  const right = width - 3.4 * unit;
  const at = (count) => left + ((right - left) * count) / Math.max(1, n);
  const counts = [0, 0];
  const lines = ["", ""];
  const tall = 1.25 * unit;
  const top = (bit) => 0.2 * unit + bit * 1.7 * unit;
  for (let i = 0; i < shown; i++) {
    const bit = Number(cell.clicks[i]);
    counts[bit] += 1;
    lines[bit] += `M${at(i + 0.5).toFixed(1)} ${top(bit)}v${tall}`;
  }
  const thick = Math.max(0.9, (0.62 * (right - left)) / Math.max(1, n));
  for (const bit of [0, 1]) {
    const y = top(bit);
    polarisationSign(picture, cell.basis, bit, 0.9 * unit, y + tall / 2, 0.72 * unit);
    svg("rect", { class: "tape", x: left, y, width: right - left, height: tall, rx: 3 }, picture);
    svg("path", { class: `click bit${bit}`, d: lines[bit], "stroke-width": Math.min(thick, 6) }, picture);
    svg("text", { class: "count", x: width, y: y + tall / 2 }, picture, sent ? counts[bit] : "–");
  }
  const line = 4.35 * unit;
  svg("path", { class: "scale", d: `M${left} ${line}H${right}M${left} ${line - 4}v8M${right} ${line - 4}v8` }, picture);
  svg("text", { class: "end", x: 0.9 * unit, y: line }, picture, "0");
  svg("text", { class: "end", x: right + 1.5 * unit, y: line }, picture, n || "");
  if (cell.expected != null) {
    const x = at(cell.expected * n);
    svg("path", { class: "law", d: `M${x} ${line}l${-0.4 * unit} ${-0.75 * unit}h${0.8 * unit}z` }, picture);
  }
  if (n && cell.guess != null) {
    const [x, r] = [at(cell.guess), 0.42 * unit];
    const d = `M${x} ${line + 0.1 * unit}l${r} ${r}l${-r} ${r}l${-r} ${-r}z`;
    svg("path", { class: "guess", d }, picture);
  }
  if (sent && shown === sent) {
    const [low, high] = [at(cell.lower), at(cell.upper)];
    svg(
      "path",
      { class: "interval", d: `M${low} ${line}H${high}M${low} ${line - 5}v10M${high} ${line - 5}v10` },
      picture,
    );
  }
  if (shown) svg("circle", { class: "seen", cx: at(counts[0]), cy: line, r: 0.3 * unit }, picture);
  picture.setAttribute("width", width);
  picture.setAttribute("height", 5.4 * unit);
}

function legend(parent, words, wanted) {
  const box = html("p", { class: "legend" }, parent);
  const shapes = {
    seen: "M3 8a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
    interval: "M1 8H15M1 4v8M15 4v8",
    law: "M8 13L3 4h10z",
    guess: "M8 2l6 6l-6 6l-6-6z",
  };
  for (const [name, d] of Object.entries(shapes)) {
    if (!wanted.has(name)) continue;
    const entry = html("span", {}, box);
    const picture = svg("svg", { viewBox: "0 0 16 16", class: "picture", "aria-hidden": "true" }, entry);
    svg("path", { class: name, d }, picture);
    html("span", {}, entry, words[`legend_${name}`]);
  }
}

function render({ model, el }) {
  const view = mount(model, el, "clicks");
  const { root, words } = view;
  const grid = html("div", { class: "cells" }, root);
  const foot = html("div", {}, root);
  let nodes = [];
  let cells = []; // those that the nodes are for: the model may already have others
  let before = [];
  let asked = 0;
  view.undo.push(() => cancelAnimationFrame(asked));

  function build() {
    grid.replaceChildren();
    grid.dataset.columns = model.get("columns");
    nodes = cells.map(() => {
      const box = html("div", { class: "cell", role: "group" }, grid);
      const title = html("h3", {}, box);
      const picture = svg("svg", { role: "img" }, box);
      return { box, title, picture, told: html("p", { class: "says" }, box) };
    });
  }

  function frame(start) {
    const share = calm() ? 1 : Math.min(1, (performance.now() - start) / LANDING_MS);
    const { small: unit } = view.room();
    view.hasRoom(); // if there is none now, all is painted again when there is
    cells.forEach((cell, index) => {
      const { box, title, picture, told } = nodes[index];
      const fresh = cell.clicks !== before[index];
      const shown = fresh ? Math.round(share * cell.clicks.length) : cell.clicks.length;
      setText(title, cell.title);
      drawTapes(picture, cell, shown, Math.max(150, box.clientWidth - 2), unit);
      picture.setAttribute("aria-label", cell.told);
      setText(told, shown === cell.clicks.length ? cell.told : "");
    });
    if (share < 1 && cells.some((cell, index) => cell.clicks !== before[index]))
      asked = requestAnimationFrame(() => frame(start));
    else before = cells.map((cell) => cell.clicks);
  }

  function show() {
    cancelAnimationFrame(asked);
    cells = model.get("cells");
    if (nodes.length !== cells.length || Number(grid.dataset.columns) !== model.get("columns")) build();
    const wanted = new Set();
    for (const cell of cells) {
      if (cell.clicks) wanted.add("seen").add("interval");
      if (cell.expected != null) wanted.add("law");
      if (cell.n && cell.guess != null) wanted.add("guess");
    }
    foot.replaceChildren();
    if (wanted.size) legend(foot, words, wanted);
    frame(performance.now());
  }

  const still = view.painter(() => {
    if (nodes.length) frame(performance.now() - LANDING_MS);
  });
  view.on(["cells", "columns"], view.painter(show));
  view.on(["projector"], still);
  before = model.get("cells").map((cell) => cell.clicks);
  show();
  view.onResize(root, still);
  return view.cleanup;
}

export default { render };
