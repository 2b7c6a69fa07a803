import { html, mount, setText, stripes, svg } from "../components/common.js";

// Heights in letters: of a bar, a cell and a lane, and of the words above each where there is no room beside it.
const USUAL = { bar: 1.15, cell: 1.5, lane: 2.5, words: 1.45 };
const LITTLE = { bar: 0.7, cell: 1.05, lane: 1.75, words: 1.3 };
const LEAST = { bar: 0.6, cell: 0.85, lane: 1.55, words: 1.15 };
const STROKES = { solid: null, dashed: "9 5", dotted: "2 4", dots: "10 4 2 4" };

// What becomes of a message, drawn around 0,0 in a square of side 2 r: told apart by shape, not by colour alone.
function fateSign(fate, r, parent) {
  const box = { x: -r, y: -r, width: 2 * r, height: 2 * r, rx: 0.25 * r };
  svg("rect", { ...box, class: `cell ${fate}` }, parent);
  const d = 0.55 * r;
  if (fate === "early") svg("path", { d: `M${-d} ${-d}L${d} ${d}M${d} ${-d}L${-d} ${d}`, class: "cross" }, parent);
  if (fate === "late") svg("circle", { r: 0.4 * r, class: "dot" }, parent);
}

function render({ model, el }) {
  const view = mount(model, el, "lanes");
  const { root, words, say } = view;
  html("h3", {}, root, words.title);
  const says = html("p", { class: "says" }, root);
  const plot = svg("svg", { role: "img" }, html("div", { class: "plot" }, root));
  const legend = html("div", { class: "legend", "aria-hidden": "true" }, root);
  const back = svg("g", {}, plot);
  const front = svg("g", {}, plot); // the cells: before the names, whose rims would cut them
  const drawn = []; // the lanes' cells by year, each as it was drawn: most stay the same while a slider is dragged
  let shape = null; // where years and rows are, for clicks

  function entry(draw, text) {
    const item = html("span", {}, legend);
    draw(svg("svg", { viewBox: "-14 -14 28 28", class: "sign" }, item));
    html("span", {}, item, text);
  }

  let listed = ""; // the marks in the legend
  function paintLegend() {
    const marks = JSON.stringify(model.get("marks").map(({ kind, text }) => [kind, text]));
    if (marks === listed) return;
    listed = marks;
    legend.replaceChildren();
    for (const fate of ["early", "late", "never"]) entry((box) => fateSign(fate, 10, box), words[`legend_${fate}`]);
    for (const { kind, text } of model.get("marks")) {
      const line = { d: "M0-13V13", class: "mark", "stroke-dasharray": STROKES[kind] };
      entry((box) => svg("path", line, box), text);
    }
    entry((box) => svg("rect", { x: -13, y: -4, width: 26, height: 8, class: "life" }, box), words.legend_life);
  }

  function measure() {
    const { width, font, small } = view.room();
    const narrow = root.classList.contains("qk-narrow");
    const left = narrow ? 6 : Math.min(0.3 * width, 11.5 * font);
    const right = narrow ? 6 : 7.2 * font;
    const last = model.get("last_year");
    const step = Math.max(2, (width - left - right) / (last + 1));
    return { width, font, small, narrow, left, last, step, x: (year) => left + (year + 0.5) * step };
  }

  function label(row, top, height) {
    const { narrow, left, width, font } = shape;
    const y = narrow ? top - 0.35 * font : top + height / 2 + 0.35 * font;
    svg("text", { x: narrow ? 6 : left - 0.6 * font, y, "text-anchor": narrow ? "start" : "end" }, back, row.name);
    const value = { x: width - (narrow ? 6 : 0), y, "text-anchor": "end", class: "value" };
    svg("text", value, back, row.value);
  }

  function drawBar(row, top, height) {
    label(row, top, height);
    const { x, step } = shape;
    for (const { start, stop, kind } of row.parts) {
      const box = { x: x(start), y: top, width: Math.max(0, (stop - start) * step), height };
      const made = svg("rect", { ...box, class: `bar ${kind}` }, back);
      if (kind === "first") made.style.fill = stripes(back, 3, 8);
    }
  }

  function drawCell(cells, parent, { transform, year, fate, r, ring }) {
    const state = [transform, fate, r, ring].join();
    const before = cells[year];
    if (before?.state === state) return;
    const node = svg("g", { transform, "data-year": year });
    svg("title", {}, node, say("cell", { year, fate: words[`fate_${fate}`] }));
    fateSign(fate, r, node);
    if (ring) svg("rect", { x: -r - 2, y: -r - 2, width: 2 * r + 4, height: 2 * r + 4, class: "ring" }, node);
    if (before) before.node.replaceWith(node);
    else parent.append(node);
    cells[year] = { node, state };
  }

  function drawLane(row, place, top, height) {
    label(row, top, height);
    const { x, step, font } = shape;
    const r = Math.max(0.5, Math.min(step / 2 - 0.8, height / 2));
    const watched = model.get("watched");
    drawn[place] ??= { group: svg("g", {}, front), cells: [] };
    const { group, cells } = drawn[place];
    row.fates.forEach((fate, year) => {
      const transform = `translate(${x(year)} ${top + height / 2})`;
      drawCell(cells, group, { transform, year, fate, r, ring: year === watched });
    });
    for (const { node } of cells.splice(row.fates.length)) node.remove();
    // the life of the watched message, below its lane
    const [until, from] = [model.get("secret_until"), row.read_from];
    const life = { y: top + height + 3, height: 0.42 * font };
    svg("rect", { ...life, x: x(watched), width: Math.max(0, until - watched) * step, class: "life" }, back);
    if (from != null && from < until) {
      svg("rect", { ...life, x: x(from), width: (until - from) * step, class: "exposed" }, back);
    }
  }

  function drawAxis(top) {
    const { x, last, font, small, step, narrow, left, width } = shape;
    svg("path", { d: `M${x(0)} ${top}H${x(last)}`, class: "axis" }, back);
    const every = 5 * step > 2.6 * small ? 5 : 10;
    for (let year = 0; year <= last; year += every) {
      svg("path", { d: `M${x(year)} ${top}v5`, class: "axis" }, back);
      svg("text", { x: x(year), y: top + 5 + small, "text-anchor": "middle", class: "tick" }, back, year);
    }
    const name = { x: (left + width - (narrow ? 6 : 7.2 * font)) / 2, y: top + 6 + 2.2 * small };
    svg("text", { ...name, "text-anchor": "middle", class: "tick" }, back, words.axis);
  }

  // The heights of what is drawn, and what is left for each lane besides: in a place of given height that is filled.
  function heights() {
    const { font, small, narrow } = shape;
    const [bars, lanes] = [model.get("bars").length, model.get("lanes").length];
    const others = [...root.children].filter((part) => part !== plot.parentNode && part.className !== "stale-note");
    const taken = others.reduce((sum, part) => sum + part.offsetHeight, 2.6 * (font + small) + 12 + 0.5 * font);
    const inPixels = (size) => {
      const [bar, cell, lane, words] = [size.bar, size.cell, size.lane, size.words].map((one) => one * font);
      const above = narrow ? words : 0;
      const left = root.clientHeight - taken - bars * (above + bar + 4) - lanes * (above + lane);
      return { bar, cell, lane, above, left, air: Math.min(2.5 * font, Math.max(0, left / (lanes + bars / 3 + 1))) };
    };
    const usual = inPixels(USUAL);
    if (!view.fills()) return { ...usual, air: 0 };
    const little = inPixels(LITTLE);
    return usual.left >= 0 ? usual : little.left >= 0 ? little : inPixels(LEAST);
  }

  function paintPlot() {
    if (!view.hasRoom()) return; // in a tab that is not seen; it is drawn when it comes to the front
    shape = measure();
    back.replaceChildren();
    const lanes = model.get("lanes");
    for (const { group } of drawn.splice(lanes.length)) group.remove();
    const { font, small, x, narrow } = shape;
    const { bar, cell, lane, above, air } = heights();
    let top = 4;
    const clear = []; // heights without words: marks run there
    for (const row of model.get("bars")) {
      drawBar(row, top + above, bar);
      clear.push([top + above, top + above + bar + 4 + air / 3]);
      top += above + bar + 4 + air / 3;
    }
    top += 0.5 * font + air / 3;
    const start = top;
    for (const [place, row] of lanes.entries()) {
      drawLane(row, place, top + above, cell);
      clear.push([top + above, top + above + lane + air]);
      top += above + lane + air;
    }
    for (const { at, kind } of model.get("marks")) {
      const from = kind === "solid" || kind === "dashed" ? 2 : start;
      const runs = narrow ? clear.filter(([high]) => high > from) : [[from, top]];
      const d = runs.map(([high, low]) => `M${x(at)} ${high}V${low}`).join("");
      back.prepend(svg("path", { d, class: "mark", "stroke-dasharray": STROKES[kind] }));
    }
    drawAxis(top);
    const height = top + 8 + 2.6 * small;
    plot.setAttribute("width", shape.width);
    plot.setAttribute("height", height);
  }

  function paint() {
    setText(says, model.get("statement"));
    plot.setAttribute("aria-label", `${words.name}. ${model.get("summary")}`);
    paintLegend();
    paintPlot();
  }

  view.listen(plot, "click", (event) => {
    const year = event.target.closest("[data-year]")?.dataset.year;
    if (year == null) return;
    model.set("watched", Number(year));
    model.save_changes();
  });
  const again = view.painter(paint);
  view.on(
    ["statement", "bars", "lanes", "marks", "watched", "secret_until", "last_year", "summary", "projector"],
    again,
  );
  view.narrowBelow(42, paint);
  view.onResize(root, again);
  paint();
  return view.cleanup;
}

export default { render };
