import { html, mount, setText } from "../components/common.js";

function render({ model, el }) {
  const view = mount(model, el, "heat");
  const { root, words, say } = view;
  const title = html("h3", {}, root);
  const says = html("p", { class: "says" }, root);
  const across = html("p", { class: "axis" }, root);
  const down = html("p", { class: "axis" }, root);
  const scroll = html("div", { class: "cells", tabindex: 0, role: "group" }, root);
  const table = html("table", {}, scroll);
  const shades = html("p", { class: "legend" }, root);
  const readout = html("div", { class: "readout", role: "status" }, root);
  let nodes = []; // the cells, a list for each row
  let picked = null; // [row, column]

  function paint() {
    const [columns, rows, cells] = ["columns", "rows", "cells"].map((name) => model.get(name));
    root.setAttribute("aria-label", `${words.name}. ${model.get("title")}`);
    scroll.setAttribute("aria-label", `${model.get("summary")} ${words.keys}`);
    setText(title, model.get("title"));
    setText(says, model.get("statement"));
    setText(across, say("x_label", { label: model.get("x_label") }));
    setText(down, say("y_label", { label: model.get("y_label") }));
    setText(shades, model.get("shades"));
    table.replaceChildren();
    const head = html("tr", {}, html("thead", {}, table));
    html("td", {}, head);
    for (const column of columns) html("th", { scope: "col" }, head, column);
    const body = html("tbody", {}, table);
    nodes = cells.map((row, i) => {
      const line = html("tr", {}, body);
      html("th", { scope: "row" }, line, rows[i]);
      return row.map(({ text, shade }, j) => {
        const cell = html("td", { "data-row": i, "data-column": j }, line, text);
        cell.style.setProperty("--shade", shade ?? 0);
        return cell;
      });
    });
    pick(picked && nodes[picked[0]]?.[picked[1]] ? picked : null);
  }

  function pick(next) {
    if (picked) nodes[picked[0]]?.[picked[1]]?.classList.remove("picked");
    picked = next;
    if (!picked) return setText(readout, nodes.length ? words.hint : words.empty);
    const [i, j] = picked;
    const cell = nodes[i][j];
    cell.classList.add("picked");
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    const place = { x: model.get("columns")[j], y: model.get("rows")[i], cell: cell.textContent };
    const named = { x_label: model.get("x_label"), y_label: model.get("y_label") };
    return setText(readout, say("readout", { ...named, ...place }));
  }

  view.listen(scroll, "keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Escape: [] }[event.key];
    if (!step || !nodes.length) return;
    event.preventDefault();
    if (!step.length) pick(null);
    else if (!picked) pick([0, 0]);
    else {
      const next = [picked[0] + step[0], picked[1] + step[1]];
      if (nodes[next[0]]?.[next[1]]) pick(next);
    }
  });
  view.listen(table, "pointerover", ({ target }) => {
    const { row, column } = target.dataset;
    if (row != null) pick([Number(row), Number(column)]);
  });
  view.listen(table, "pointerleave", () => pick(null));
  view.listen(scroll, "blur", () => pick(null));
  const names = ["title", "statement", "summary", "x_label", "y_label", "columns", "rows", "cells", "shades"];
  view.on(names, view.painter(paint));
  paint();
  return view.cleanup;
}

export default { render };
