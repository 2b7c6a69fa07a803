import { html, mount, setText, stripes, svg, valueAt } from "./common.js";

const VERDICT_ORDER = ["accepted", "broken", "rejected", "too_few"];

// Marks are drawn around 0,0 in a nested <svg> whose x is a percentage, so that no width has to be known.
function mark(kind, parent) {
  if (kind === "accepted") svg("circle", { r: 7, class: "mark accepted" }, parent);
  if (kind === "broken") svg("path", { d: "M-7-7H7V7H-7zM-3-3H3V3H-3z", class: "mark broken" }, parent);
  if (kind === "rejected") svg("path", { d: "M-6-6L6 6M6-6L-6 6", class: "mark rejected" }, parent);
  if (kind === "too_few") svg("path", { d: "M0-8L8 6H-8z", class: "mark too_few" }, parent);
  if (kind === "now") svg("path", { d: "M0-13L9 0 0 13-9 0z", class: "mark now" }, parent);
  if (kind === "expected") svg("path", { d: "M0-10L7 0 0 10-7 0z", class: "mark expected" }, parent);
}

function render({ model, el }) {
  const view = mount(model, el, "gauge");
  const { root, words, say, percent, percentShort } = view;
  const head = html("div", { class: "head" }, root);
  html("h3", {}, head, words.title);
  const number = html("div", { class: "big" }, head);
  const interval = html("div", { class: "interval" }, head);
  const board = html("div", { class: "board" }, root);
  const today = html("div", { class: "today" }, board); // the limits are those of this run alone
  const limits = ["costly", "highest"].map((kind) => {
    const box = html("div", { class: `limit ${kind}`, "aria-hidden": "true" }, today);
    html("div", { class: "rule" }, box);
    const row = html("div", { class: `limit-row ${kind}`, "aria-hidden": "true" }, today);
    return { box, row, text: html("div", { class: "limit-text" }, row) };
  });
  const now = line(words.now, "now");
  const formula = line(words.expected, "formula");
  const axis = html("div", { class: "axis", "aria-hidden": "true" }, today);
  const pastTitle = html("h3", { class: "past" }, board, words.history);
  const more = html("div", { class: "more" }, board);
  const past = html("div", { class: "runs", role: "list" }, board);
  const legend = html("div", { class: "legend", "aria-hidden": "true" }, root);
  let runs = [];
  let moved = null; // the control that was moved last: { name, value, step }

  function line(name, kind, parent = today, role = null) {
    const row = html("div", { class: `line ${kind}`, role }, parent);
    const label = html("div", { class: "label" }, row, name);
    const plot = svg("svg", { class: "plot", "aria-hidden": "true" }, row);
    const value = html("div", { class: "value" }, row);
    return { row, label, plot, value };
  }

  function drawLegend() {
    legend.replaceChildren();
    const entry = (kind, text) => {
      const item = html("span", {}, legend);
      const box = svg("svg", { viewBox: "-14 -14 28 28" }, item);
      if (kind === "interval") svg("path", { d: "M-12 0H12", class: "span" }, box);
      else mark(kind, box);
      html("span", {}, item, text);
    };
    if (model.get("history_rows")) for (const verdict of VERDICT_ORDER) entry(verdict, words[`legend_${verdict}`]);
    else entry("now", words.legend_now);
    entry("expected", words.legend_expected);
    entry("interval", words.legend_interval);
  }

  const at = (share) => Math.min(1, Math.max(0, share / model.get("scale_max")));
  const pct = (share) => `${(100 * at(share)).toFixed(3)}%`;

  function put(plot, kind, share) {
    const spot = svg("svg", { x: pct(share), y: "50%", overflow: "visible" }, plot);
    const scaled = svg("g", { class: "scaled" }, spot);
    mark(kind, scaled);
    if (share > model.get("scale_max")) svg("path", { d: "M13-6L20 0 13 6", class: "beyond" }, scaled);
  }
  const span = (plot, run) => {
    if (run.lower == null || run.upper == null) return;
    svg("line", { x1: pct(run.lower), x2: pct(run.upper), y1: "50%", y2: "50%", class: "span" }, plot);
  };

  function paintNow() {
    const [qber, lower, upper] = ["qber", "lower", "upper"].map((name) => model.get(name));
    const highest = model.get("threshold");
    const level = model.get("confidence");
    const text = qber == null ? words.no_data : percent(qber);
    setText(number, text);
    root.classList.toggle("above", qber != null && qber > highest);
    number.classList.toggle("none", qber == null);
    const ends = lower == null || upper == null ? null : { lower: percent(lower), upper: percent(upper) };
    const known = level == null ? "interval" : "interval_at";
    if (ends) setText(interval, say(known, { ...ends, confidence: level == null ? "" : percentShort(level) }));
    else setText(interval, qber == null ? words.no_interval : "");
    root.setAttribute("aria-label", `${words.name}. ${model.get("summary")}`);

    now.plot.replaceChildren();
    const costly = model.get("limit") != null && model.get("limit") < highest ? model.get("limit") : null;
    root.classList.toggle("two-limits", costly != null);
    const zone = (kind, from, to) =>
      svg("rect", { class: kind, x: pct(from), width: `${100 * (at(to) - at(from))}%`, height: "100%" }, now.plot);
    const unproven = costly === 0; // then the threshold means nothing
    const end = model.get("scale_max");
    zone("allowed", 0, costly ?? highest);
    if (costly != null) {
      zone("costly", costly, unproven ? end : highest).style.fill = stripes(now.plot, 3, 8);
    }
    if (!unproven) zone("forbidden", highest, end);
    if (qber != null) {
      span(now.plot, { lower, upper });
      put(now.plot, "now", qber);
    }
    setText(now.value, text);

    paintFormula();
    const texts = [
      costly == null
        ? ""
        : model.get("limit_text") || (unproven ? words.unproven : say("limit", { limit: percentShort(costly) })),
      unproven ? "" : say("threshold", { threshold: percentShort(highest) }),
    ];
    [costly, unproven ? null : highest].forEach((share, i) => {
      const { box, row, text } = limits[i];
      box.style.display = share == null ? "none" : "";
      for (const one of [box, row]) one.style.setProperty("--qk-at", at(share ?? 0));
      row.classList.toggle("flip", at(share ?? 0) > 0.5);
      setText(text, texts[i]);
    });
  }

  // While a control moves, the formula is ahead of the run.
  function expectedNow() {
    const curve = moved && model.get("theory")[moved.name];
    if (!curve || moved.value == null) return model.get("expected");
    const settled = Math.abs(moved.value - curve.at) <= moved.step / 2; // a slider may round what it shows
    return settled ? model.get("expected") : valueAt(curve, moved.value);
  }

  function paintFormula() {
    const expected = expectedNow();
    formula.row.classList.toggle("none", expected == null);
    setText(formula.value, expected == null ? "–" : percent(expected));
    formula.plot.replaceChildren();
    if (expected != null) put(formula.plot, "expected", expected);
  }

  function paintAxis() {
    axis.replaceChildren();
    const max = model.get("scale_max");
    const step = max > 0.3 ? 0.1 : 0.05;
    for (let share = 0; share <= max + 1e-9; share += step) {
      const tick = html("span", {}, axis, percentShort(Math.round(share * 1000) / 1000));
      tick.style.setProperty("--qk-at", at(share));
    }
  }

  function paintRuns() {
    const history = model.get("history");
    const room = model.get("history_rows");
    for (const node of [pastTitle, more, past]) node.style.display = room ? "" : "none";
    if (runs.length !== room || !legend.firstChild) {
      drawLegend();
      past.replaceChildren();
      runs = Array.from({ length: room }, () => line("", "run", past, "listitem"));
    }
    runs.forEach(({ row, label, plot, value }, index) => {
      const run = history[history.length - 1 - index];
      row.classList.toggle("newest", index === 0 && run != null);
      row.classList.toggle("vacant", run == null);
      row.toggleAttribute("aria-hidden", run == null);
      plot.replaceChildren();
      setText(label, run ? run.label.replaceAll(" %", "\u00a0%") : index === 0 ? words.history_empty : "");
      setText(value, run ? (run.qber == null ? words.no_data : percent(run.qber)) : "");
      if (!run) return;
      label.title = run.label;
      row.setAttribute("aria-label", `${run.label}: ${value.textContent}, ${words[`legend_${run.verdict}`]}`);
      span(plot, run);
      if (run.expected != null) put(plot, "expected", run.expected);
      if (run.qber != null) put(plot, run.verdict, run.qber);
    });
    const hidden = Math.max(0, history.length - room);
    setText(more, hidden ? say("history_more", { count: view.count(hidden) }) : "");
  }

  const paintAll = () => {
    paintNow();
    paintAxis();
    paintRuns();
  };
  view.on(["qber", "lower", "upper", "expected", "confidence", "summary"], view.painter(paintNow));
  const repaintFormula = view.painter(paintFormula);
  view.on(["theory"], repaintFormula);
  view.follow((name, value, step) => {
    moved = { name, value, step };
    repaintFormula();
  });
  view.on(["history", "history_rows"], view.painter(paintRuns));
  view.on(["threshold", "limit", "limit_text", "scale_max"], view.painter(paintAll));
  view.narrowBelow(36);
  paintAll();
  return view.cleanup;
}

export default { render };
