import { html, mount, setText } from "./common.js";

function render({ model, el }) {
  const view = mount(model, el, "bars");
  const { root, words } = view;
  const title = html("h3", {}, root);
  const says = html("p", { class: "says" }, root);
  const legend = html("p", { class: "legend", "aria-hidden": "true" }, root);
  const list = html("div", { class: "rows", role: "list" }, root);
  const scale = html("div", { class: "scale", "aria-hidden": "true" }, root);
  const empty = html("p", { hidden: "" }, root, words.empty);
  let rows = [];

  function build(length) {
    list.replaceChildren();
    rows = Array.from({ length }, () => {
      const item = html("div", { class: "row", role: "listitem" }, list);
      const name = html("div", { class: "name" }, item);
      const track = html("div", { class: "track", "aria-hidden": "true" }, item);
      const line = html("div", { class: "mark" }, track);
      const value = html("div", { class: "value" }, item);
      const note = html("div", { class: "note" }, item);
      return { name, track, line, value, note, parts: [] };
    });
  }

  const place = (at) => {
    const [low, high] = model.get("room");
    return Math.min(100, Math.max(0, (100 * (at - low)) / (high - low)));
  };

  // Parts stay where they are from one run to the next, so that a bar moves and does not flash.
  function drawParts(row, parts) {
    while (row.parts.length > parts.length) row.parts.pop().remove();
    while (row.parts.length < parts.length) row.parts.push(html("div", {}, row.track));
    parts.forEach((part, index) => {
      const bar = row.parts[index];
      const left = place(Math.min(part.start, part.stop));
      bar.className = `part ${part.kind}`;
      bar.style.left = `${left}%`;
      bar.style.width = `${place(Math.max(part.start, part.stop)) - left}%`;
    });
  }

  function drawScale(mark) {
    scale.replaceChildren();
    for (const tick of model.get("ticks")) drawTick(tick, "tick");
    if (mark) drawTick(mark, "tick marked");
  }

  // At the ends of the scale the words stand inside of it.
  function drawTick(tick, kind) {
    const label = html("span", { class: kind }, scale, tick.text);
    label.dataset.at = place(tick.at);
  }

  // Words stay inside of the component, and a tick that would touch the one before it is left out.
  function fitScale() {
    if (!view.hasRoom()) return;
    const [room, frame] = [scale.clientWidth, root.clientWidth - 16];
    const before = scale.offsetLeft - 8;
    let end = -Infinity;
    for (const label of scale.children) {
      const marked = label.classList.contains("marked");
      const [low, high] = marked ? [-before, frame - before] : [0, room];
      const width = label.offsetWidth;
      const left = Math.max(low, Math.min(high - width, (label.dataset.at / 100) * room - width / 2));
      label.style.left = `${left}px`;
      const fits = marked || left > end + 6;
      label.style.visibility = fits ? "" : "hidden";
      if (fits && !marked) end = left + width;
    }
  }

  function paint() {
    const stages = model.get("rows");
    const mark = model.get("mark");
    const named = [model.get("heading"), model.get("statement")].filter(Boolean).join(": ");
    root.setAttribute("aria-label", named || words.name); // not the rows: they are read one by one
    list.hidden = stages.length === 0;
    setText(title, model.get("heading"));
    setText(says, model.get("statement"));
    empty.hidden = stages.length > 0 || model.get("statement") !== "";
    legend.replaceChildren();
    for (const entry of model.get("legend")) {
      const item = html("span", { class: "entry" }, legend);
      html("i", { class: `part ${entry.kind}` }, item);
      html("span", {}, item, entry.text);
    }
    if (stages.length !== rows.length) build(stages.length);
    stages.forEach((stage, index) => {
      const row = rows[index];
      setText(row.name, stage.name);
      setText(row.value, stage.value);
      setText(row.note, stage.note);
      row.note.hidden = !stage.note;
      row.line.hidden = !mark;
      if (mark) row.line.style.left = `${place(mark.at)}%`;
      drawParts(row, stage.parts);
    });
    root.classList.toggle("has-mark", mark != null);
    drawScale(stages.length ? mark : null);
    scale.hidden = stages.length === 0;
    fitScale();
  }

  view.on(["heading", "statement", "rows", "room", "ticks", "mark", "legend", "summary"], view.painter(paint));
  paint();
  view.narrowBelow(38, fitScale);
  view.on(["projector"], view.painter(fitScale));
  return view.cleanup;
}

export default { render };
