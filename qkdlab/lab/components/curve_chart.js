import { fillTable, html, mount, setText, svg, uniqueId } from "./common.js";
import { numberFormat, scale, ticks } from "./curve_axes.js";
import { drawHairline } from "./curve_hairline.js";
import { drawLines, inkOf } from "./curve_labels.js";

const DASHES = ["", "10 5", "2 4", "14 4 2 4", "6 3", "14 4 2 4 2 4", "1 3"];
const SHAPES = [
  "M0-6A6 6 0 1 1 0 6A6 6 0 1 1 0-6z",
  "M-9-9H9V9H-9z",
  "M0-7L7 6H-7z",
  "M0-8L7 0 0 8-7 0z",
  "M-7-6H7L0 7z",
  "M-2-7H2V-2H7V2H2V7H-2V2H-7V-2H-2z",
  "M0-9L2.4-2.6 9-2.6 3.7 1.4 5.6 8 0 4 -5.6 8-3.7 1.4-9-2.6-2.4-2.6z",
];
const OPEN = 1; // the shape that is drawn open: a point under it is seen
const BAR_WIDTH = 0.36; // in units of x
const NEAR = 40; // pixels from the mouse within which a point is read out

const onAxis = (value, axis) => value != null && !(axis.scale === "log" && value <= 0);
const into = (value, low, high) => Math.min(high, Math.max(low, value));
const isOpen = (kind, { style }) => (style === OPEN ? `${kind} open` : kind);

function render({ model, el }) {
  const view = mount(model, el, "chart");
  const { root, words, say } = view;
  const title = html("h3", {}, root);
  const says = html("p", { class: "says" }, root);
  const yLabel = html("div", { class: "y-label", "aria-hidden": "true" }, root);
  const space = html("div", { class: "space" }, root);
  const plot = svg("svg", { class: "plot", tabindex: 0, role: "img" }, space);
  const xLabel = html("div", { class: "x-label", "aria-hidden": "true" }, root);
  const side = html("div", { class: "side" }, root);
  const legend = html("div", { class: "legend" }, side);
  const readout = html("div", { class: "readout", role: "status" }, side);
  const details = html("details", {}, side);
  html("summary", {}, details, words.table);
  const table = html("table", {}, html("div", { class: "scroll", tabindex: 0 }, details));
  const clip = uniqueId();
  let spots = []; // what can be read out: { series, index, x, y }
  let picked = null; // [series, index]
  let at = model.get("at"); // where the hairline stands
  let drawnIn = ""; // the room of the plot when it was drawn
  let hairline = null; // how it is moved: made by `paint`
  let worth = []; // places in the legend for the values of the curves: { index, node }
  const number = numberFormat(words);
  const axes = () => ["x_axis", "y_axis", "series"].map((name) => model.get(name));

  function paint() {
    const [xAxis, yAxis, series] = axes();
    const { width: most, font: letter, small: font, k } = view.room();
    const inside = view.sizeOf(space);
    const width = view.fills() ? Math.max(200, inside.width) : most;
    const own = Math.round(model.get("height") * letter);
    const height = view.fills() ? Math.max(100, inside.height) : own;
    drawnIn = `${inside.width} ${inside.height}`;
    const rows = Math.max(1, Math.floor((height - 2.4 * font) / (1.4 * font)));
    const yTicks = ticks(yAxis, Math.min(5, rows), Math.min(6, rows));
    const names = yTicks.map((value) => number(value, yAxis, 4));
    const box = {
      left: Math.max(...names.map((name) => name.length), 2) * font * 0.6 + 8,
      top: font * 0.7,
      bottom: height - font * 1.7,
    };
    const columns = Math.max(2, Math.floor((width - box.left) / (font * 5)));
    const xTicks = ticks(xAxis, Math.min(6, columns), columns);
    box.right = width - Math.max(font, number(xTicks.at(-1), xAxis, 4).length * font * 0.3);
    const x = scale(xAxis, box.left, box.right);
    const y = scale(yAxis, box.bottom, box.top);

    setText(title, model.get("title"));
    setText(says, model.get("statement"));
    setText(yLabel, say("y_label", { label: yAxis.label }));
    setText(xLabel, say("x_label", { label: xAxis.label }));
    root.setAttribute("aria-label", `${words.name}. ${model.get("title")}. ${model.get("summary")}`);
    plot.setAttribute("aria-label", `${model.get("summary")} ${words.keys}`);
    plot.setAttribute("width", width);
    plot.setAttribute("height", height);
    plot.replaceChildren();
    const frame = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
    svg("rect", frame, svg("clipPath", { id: clip }, svg("defs", {}, plot)));
    yTicks.forEach((value, i) => {
      svg("line", { class: "grid", x1: box.left, x2: box.right, y1: y(value), y2: y(value) }, plot);
      svg("text", { class: "tick", x: box.left - 6, y: y(value) + font * 0.35, "text-anchor": "end" }, plot, names[i]);
    });
    for (const value of xTicks) {
      svg("line", { class: "grid", x1: x(value), x2: x(value), y1: box.top, y2: box.bottom }, plot);
      const below = { x: x(value), y: box.bottom + font * 1.25, "text-anchor": "middle" };
      svg("text", { class: "tick", ...below }, plot, number(value, xAxis, 4));
    }
    svg("rect", { class: "frame", ...frame }, plot);

    spots = [];
    const LAYERS = ["bars", "curve", "points"];
    const ordered = [...series.entries()].sort(([, a], [, b]) => LAYERS.indexOf(a.kind) - LAYERS.indexOf(b.kind));
    let front = null; // the points, which stand before the hairline
    for (const [index, one] of ordered) {
      const group = svg("g", { class: `s${one.style}` }, plot);
      if (one.kind === "points") front ??= group;
      let path = "";
      one.x.forEach((at, i) => {
        if (!onAxis(at, xAxis) || !onAxis(one.y[i], yAxis)) {
          path += " ";
          return;
        }
        const [px, py] = [x(at + one.shift), y(one.y[i])];
        const spot = { series: index, index: i, x: into(px, box.left, box.right), y: into(py, box.top, box.bottom) };
        spots.push(spot);
        if (one.kind === "curve")
          path += `${path === "" || path.endsWith(" ") ? "M" : "L"}${px.toFixed(1)},${py.toFixed(1)}`;
        else if (one.kind === "bars") bar(one, at + one.shift, spot, group);
        else point(one, i, spot, { px, py }, group);
      });
      if (one.kind === "curve")
        svg(
          "path",
          { class: "curve", d: path.trim(), "stroke-dasharray": DASHES[one.style], "clip-path": `url(#${clip})` },
          group,
        );
    }
    paintHomeless(drawLines(plot, model.get("lines"), { box, x, y, font, ink: inkOf(spots, series, k) }));
    hairline = drawHairline(plot, front, { box, x, y, k, xAxis, yAxis, series });
    moveHairline();
    const ring = svg("circle", { class: "picked", r: 10 * k, visibility: "hidden" }, plot);
    const found = picked && spots.find((spot) => spot.series === picked[0] && spot.index === picked[1]);
    if (found)
      for (const [name, value] of [
        ["cx", found.x],
        ["cy", found.y],
        ["visibility", "visible"],
      ])
        ring.setAttribute(name, value);
    else picked = null;
    readOut();

    function bar(one, middle, spot, group) {
      const [start, stop] = [x(middle - BAR_WIDTH / 2), x(middle + BAR_WIDTH / 2)];
      const shape = { x: start, y: spot.y, width: stop - start, height: box.bottom - spot.y };
      svg("rect", { class: isOpen("column", one), ...shape }, group);
    }

    function point(one, i, spot, { px, py }, group) {
      const [lower, upper] = [one.lower?.[i], one.upper?.[i]];
      if (lower != null && upper != null) {
        const [low, high] = [into(y(lower), box.top, box.bottom), into(y(upper), box.top, box.bottom)];
        const cap = 5 * k;
        const [left, across] = [spot.x - cap, 2 * cap];
        const d = `M${spot.x} ${low}V${high}M${left} ${low}h${across}M${left} ${high}h${across}`;
        svg("path", { class: "bar", d }, group);
      }
      const place = svg("g", { transform: `translate(${spot.x} ${spot.y})` }, group);
      svg("path", { class: isOpen("mark", one), d: SHAPES[one.style] }, place);
      // a point beyond the frame stands at its edge, with an arrow: down, up, right or left
      const beyond = [py > box.bottom + 0.5, py < box.top - 0.5, px > box.right + 0.5, px < box.left - 0.5].indexOf(
        true,
      );
      if (beyond < 0) return;
      const arrow = svg("g", { transform: `rotate(${[90, -90, 0, 180][beyond]})` }, place);
      svg("path", { class: "beyond", d: "M11-5L17 0 11 5" }, arrow);
    }
  }

  function moveHairline() {
    const values = hairline(at);
    for (const { index, node } of worth) setText(node, values[index] == null ? "" : number(values[index], axes()[1]));
    legend.classList.toggle("valued", at != null);
  }

  function paintLegend() {
    legend.replaceChildren();
    worth = [];
    for (const [index, one] of model.get("series").entries()) {
      const item = html("span", { class: `s${one.style}` }, legend);
      const box = svg("svg", { viewBox: "0 -10 42 20", "aria-hidden": "true" }, item);
      const shape = { x: 12, y: -8, width: 18, height: 16 };
      if (one.kind === "curve") {
        svg("path", { class: "curve", d: "M1 0H41", "stroke-dasharray": DASHES[one.style] }, box);
      } else if (one.kind === "bars") svg("rect", { class: isOpen("column", one), ...shape }, box);
      else {
        const place = svg("g", { transform: "translate(21 0)" }, box);
        svg("path", { class: isOpen("mark", one), d: SHAPES[one.style] }, place);
      }
      html("span", {}, item, one.name);
      if (one.kind === "curve") worth.push({ index, node: html("b", { class: "worth" }, item) });
    }
  }

  // Lines whose label found no place in the plot are named in the legend.
  function paintHomeless(labels) {
    for (const entry of legend.querySelectorAll(".homeless")) entry.remove();
    for (const label of labels) {
      const item = html("span", { class: "homeless" });
      legend.prepend(item);
      svg("path", { class: "line", d: "M1 0H41" }, svg("svg", { viewBox: "0 -10 42 20", "aria-hidden": "true" }, item));
      html("span", {}, item, label);
    }
  }

  function intervalOf(word, { lower, upper }, i, axis) {
    if (lower?.[i] == null || upper?.[i] == null) return "";
    return say(word, { lower: number(lower[i], axis), upper: number(upper[i], axis) });
  }

  function paintTable() {
    table.replaceChildren();
    if (!details.open) return;
    const [xAxis, yAxis, series] = axes();
    const columns = [words.column_name, xAxis.label, yAxis.label, words.column_interval];
    const row = (one, i) => [
      one.name,
      number(one.x[i], xAxis),
      number(one.y[i], yAxis),
      intervalOf("interval", one, i, yAxis),
    ];
    const rows = series.flatMap((one) => one.x.map((_, i) => row(one, i)));
    fillTable(table, columns, rows);
  }

  function readOut() {
    readout.classList.toggle("none", !picked);
    if (!picked) return setText(readout, model.get("series").length ? words.hint : words.empty);
    const [xAxis, yAxis, series] = axes();
    const [one, i] = [series[picked[0]], picked[1]];
    const named = { name: one.name, x_label: xAxis.label, y_label: yAxis.label };
    const read = { x: number(one.x[i], xAxis), y: number(one.y[i], yAxis) };
    return setText(
      readout,
      say("readout", { ...named, ...read, interval: intervalOf("readout_interval", one, i, yAxis) }),
    );
  }

  let listed = false; // whether legend and table are of the curves as they are
  const repaint = view.painter(() => {
    view.sizeOf(space); // before the names below it come and go
    if (!listed) {
      paintLegend();
      paintTable();
      listed = true;
    }
    paint();
  });
  function pick(spot) {
    const next = spot ? [spot.series, spot.index] : null;
    if (String(next) === String(picked)) return;
    picked = next;
    repaint();
  }
  view.listen(plot, "pointermove", (event) => {
    const frame = plot.getBoundingClientRect();
    const away = (spot) => Math.hypot(spot.x - event.clientX + frame.x, spot.y - event.clientY + frame.y);
    const nearest = spots.reduce((best, spot) => (best && away(best) <= away(spot) ? best : spot), null);
    pick(nearest && away(nearest) < NEAR ? nearest : null);
  });
  view.listen(plot, "pointerleave", () => pick(null));
  view.listen(plot, "blur", () => pick(null));
  view.listen(plot, "keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Escape: [] }[event.key];
    if (!step) return;
    event.preventDefault();
    if (!step.length) {
      pick(null);
      return;
    }
    const drawn = [...new Set(spots.map((spot) => spot.series))].sort((one, other) => one - other);
    if (!drawn.length) return;
    const now = picked && spots.find((spot) => spot.series === picked[0] && spot.index === picked[1]);
    const series = now ? drawn[into(drawn.indexOf(now.series) + step[0], 0, drawn.length - 1)] : drawn[0];
    const own = spots.filter((spot) => spot.series === series);
    const away = (spot) => Math.abs(spot.x - now.x);
    if (!now) pick(own[0]);
    else if (step[0]) pick(own.reduce((best, spot) => (away(spot) < away(best) ? spot : best)));
    else pick(own[into(own.indexOf(now) + step[1], 0, own.length - 1)]);
  });
  view.listen(details, "toggle", paintTable);
  view.on(["title", "statement", "summary", "lines", "height", "projector"], repaint);
  view.on(["series", "x_axis", "y_axis"], () => {
    listed = false;
    repaint();
  });
  const moved = view.painter(moveHairline);
  const stand = (value) => {
    at = value;
    moved();
  };
  view.on(["at"], () => stand(model.get("at")));
  view.follow((_, value) => stand(value));
  paintLegend();
  paint();
  view.narrowBelow(30, repaint);
  view.onResize(space, () => {
    if (view.fills() && space.clientWidth && drawnIn !== `${space.clientWidth} ${space.clientHeight}`) repaint();
  });
  return view.cleanup;
}

export default { render };
