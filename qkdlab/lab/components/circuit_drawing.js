import { html, mount, setText, svg } from "./common.js";

// Columns, each as wide as its widest gate; a barrier ends the section.
function circuitColumns(gates, sections, unit) {
  const columns = [];
  let first = 0;
  let part = 0;
  let fresh = true;
  const wide = (text) => Math.max(2.2 * unit, (text.length * 0.62 + 0.9) * unit);
  // A name is bold, and capital letters are wider than others.
  const named = (text) => wide(text) + 0.15 * unit * (text.match(/[A-Z]/g)?.length ?? 0);
  for (const gate of gates) {
    if (gate.name === "barrier") {
      if (fresh) columns.push({ who: sections[0] ?? "", width: named(sections[0] ?? ""), gates: [] }); // does nothing
      part += 1;
      columns.push({ wall: true, who: sections[part] ?? "", width: 0, gates: [] });
      first = columns.length;
      fresh = false;
      continue;
    }
    const low = Math.min(...gate.qubits);
    const high = Math.max(...gate.qubits);
    const meets = (other) => Math.min(...other.qubits) <= high && Math.max(...other.qubits) >= low;
    let place = columns.length;
    while (place > first && !columns[place - 1].gates.some(meets)) place -= 1;
    if (place === columns.length) columns.push({ who: fresh ? (sections[0] ?? "") : "", width: 0, gates: [] });
    fresh = false;
    columns[place].gates.push(gate);
    columns[place].width = Math.max(columns[place].width, wide(gate.text) + 0.8 * unit);
  }
  // a section is at least as wide as the name above it
  let room = 0;
  let next = 0;
  for (const column of [...columns].reverse()) {
    if (column.wall) column.width = Math.max(0.5 * unit, named(column.who) - room);
    // a name stands in one row, with the first of its gates
    column.name = column.wall ? named(column.who) : 0;
    column.needs = Math.max(column.width + (column.wall ? next : 0), column.name);
    next = column.wall ? 0 : column.width;
    room = column.wall ? 0 : room + column.width;
  }
  const [start] = columns; // the first section has no wall that could make it wider
  if (start && !start.wall) start.needs = start.width += Math.max(0, named(start.who) - room);
  return columns;
}

// The columns in rows that are no wider than the place, but for a column that is wider alone.
function circuitRows(columns, room) {
  const rows = [[]];
  let used = 0;
  for (const column of columns) {
    if (used + column.needs > room && rows.at(-1).length) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1).push(column);
    used += column.width;
  }
  return rows;
}

// How wide a row is with its gates, and with the names above them.
function rowWidth(row) {
  let used = 0;
  return row.reduce((most, column) => {
    const needed = used + Math.max(column.width, column.name);
    used += column.width;
    return Math.max(most, needed);
  }, 0);
}

function drawGate(picture, gate, x, row, unit) {
  const target = gate.qubits.at(-1);
  const y = row(target);
  const controls = gate.qubits.slice(0, -1);
  for (const control of controls) {
    svg("line", { class: "link", x1: x, x2: x, y1: row(control), y2: y }, picture);
    svg("circle", { class: "dot", cx: x, cy: row(control), r: 0.32 * unit }, picture);
  }
  if (gate.name === "cx") {
    const r = 0.75 * unit;
    svg("circle", { class: "ring", cx: x, cy: y, r }, picture);
    svg("path", { class: "link", d: `M${x - r} ${y}h${2 * r}M${x} ${y - r}v${2 * r}` }, picture);
    return;
  }
  const measured = gate.name === "measure";
  const { text } = gate;
  const width = measured ? 2.4 * unit : Math.max(2.2, text.length * 0.62 + 0.9) * unit;
  const size = { x: x - width / 2, y: y - 1.1 * unit, width, height: 2.2 * unit, rx: 4 };
  svg("rect", { class: "box", ...size }, picture);
  if (measured) {
    const r = 0.8 * unit;
    const low = y + 0.4 * unit;
    const arc = `M${x - r} ${low}a${r} ${r} 0 0 1 ${2 * r} 0M${x} ${low}l${0.6 * unit} ${-1.1 * unit}`;
    svg("path", { class: "meter", d: arc }, picture);
  } else svg("text", { x, y }, picture, text);
}

function render({ model, el }) {
  const view = mount(model, el, "circuit-drawing");
  const says = html("p", { class: "says" }, view.root);
  const picture = svg("svg", { role: "img" }, view.root);
  const key = html("p", { class: "key" }, view.root);

  function paint() {
    const gates = model.get("gates");
    const wires = model.get("wires");
    setText(says, model.get("statement"));
    const names = [...new Set(gates.map((gate) => gate.name))];
    const told = names.map((name) => view.words[`gate_${name}`]).filter(Boolean);
    picture.replaceChildren();
    picture.setAttribute("aria-label", model.get("summary"));
    picture.style.display = gates.length ? "" : "none";
    const { width, font: unit } = view.room();
    const columns = circuitColumns(gates, model.get("sections"), unit);
    let left = (Math.max(0, ...wires.map((name) => name.length)) * 0.58 + 1) * unit;
    let rows = circuitRows(columns, width - left);
    const cut = rows.length > 1;
    const dots = 1.3 * unit; // before a name, or in its place where there is no room
    const tight = left + dots + Math.max(0, ...columns.map((column) => column.needs)) > width;
    if (cut && !tight) {
      left += dots;
      rows = circuitRows(columns, width - left);
    }
    // a gate or a name may be wider than the place: then the drawing scrolls
    const on = (name) => (tight ? "…" : `… ${name}`);
    const widest = Math.max(width, ...rows.map((part) => left + rowWidth(part)));
    const inWords = told.length ? view.say("key", { gates: told.join("; ") }) : "";
    setText(key, [cut ? view.words.goes_on : "", inWords].filter(Boolean).join(" "));
    const tall = (wires.length * 3 + 2) * unit;
    rows.forEach((part, index) => {
      const top = index * tall;
      const row = (qubit) => top + (3.2 + 3 * qubit) * unit;
      const end = left + part.reduce((sum, column) => sum + column.width, 0);
      wires.forEach((name, qubit) => {
        const [y1, y2] = [row(qubit), row(qubit)];
        svg("text", { class: "start", x: 0, y: y1 }, picture, index ? on(name) : name);
        svg("line", { class: "wire", x1: left - 0.4 * unit, x2: end, y1, y2 }, picture);
        if (index < rows.length - 1) svg("line", { class: "wire on", x1: end, x2: widest, y1, y2 }, picture);
      });
      let x = left;
      for (const column of part) {
        const who = { class: "who", x: x + 0.4 * unit, y: top + 0.8 * unit };
        if (column.who) svg("text", who, picture, column.who);
        const wall = { class: "wall", x1: x, x2: x, y1: top + 0.2 * unit, y2: row(wires.length - 1) + 1.4 * unit };
        if (column.wall) svg("line", wall, picture);
        for (const gate of column.gates) drawGate(picture, gate, x + column.width / 2, row, unit);
        x += column.width;
      }
    });
    picture.setAttribute("width", widest);
    picture.setAttribute("height", rows.length * tall);
  }

  view.on(["gates", "wires", "sections", "statement", "projector"], view.painter(paint));
  paint();
  view.narrowBelow(30, paint);
  return view.cleanup;
}

export default { render };
