import { html, mount, setText, svg } from "../components/common.js";
import { basisSign, errorSign, kindOf, legend, picture, stateSign, tickSign } from "../components/photon_signs.js";

const OPEN = -1;

// What stands in a cell, by its kind; `words` has a text for each.
function cellDrawers(words) {
  const plain = (kind) => (cell) => {
    cell.classList.add("faint");
    cell.textContent = words[`cell_${kind}`];
  };
  const marked = (kind, draw) => (cell) => {
    cell.classList.add(kind);
    picture(cell, draw);
    html("span", {}, cell, words[`cell_${kind}`]);
  };
  const compared = (kind) => (cell, mine, theirs) => {
    cell.classList.add(kind);
    if (kind === "error") picture(cell, errorSign);
    html("span", {}, cell, `${mine} ${kind === "error" ? "≠" : "="} ${theirs}`);
  };
  const none = plain("none");
  return {
    none,
    pass: plain("pass"),
    coin: plain("coin"),
    dropped: plain("dropped"),
    hidden: plain("hidden"),
    kept: marked("kept", tickSign),
    same: compared("same"),
    error: compared("error"),
    digit: (cell, bit) => {
      cell.classList.add("digit");
      cell.textContent = bit;
    },
    basis: (cell, basis) => {
      cell.classList.add(kindOf(basis));
      picture(cell, (box) => basisSign(box, basis));
      html("span", { title: words[`basis_${basis}_name`] }, cell, words[`basis_${basis}`]);
    },
    state: (cell, bit, basis) => {
      if (bit === OPEN || basis === OPEN) return none(cell);
      cell.classList.add(kindOf(basis));
      picture(cell, (box) => stateSign(box, bit, basis), words[`state_${bit}${basis}`]);
    },
  };
}

// A choice as the cell that shows it.
function chosenCell(kind, value) {
  if (value === OPEN) return ["open"];
  if (kind === "bit") return ["digit", value];
  if (kind === "basis") return ["basis", value];
  if (kind === "tactic") return value ? ["basis", value - 1] : ["pass"];
  return value ? ["kept"] : ["open"];
}

function render({ model, el }) {
  const view = mount(model, el, "hand");
  const { root, words } = view;
  root.classList.add("qk-fill");
  const strip = html("ol", { class: "steps", "aria-label": words.steps }, root);
  const told = html("p", { class: "told", role: "status" }, root);
  const bar = html("div", { class: "bar" }, root);
  const actions = html("div", { class: "actions" }, bar);
  const views = html("div", { class: "views", role: "radiogroup", "aria-label": words.view }, bar);
  const frame = html("div", { class: "frame" }, root);
  const table = html("table", { role: "grid", "aria-label": words.table }, frame);
  legend(root, words);
  const drawers = cellDrawers(words);
  drawers.open = (cell) => {
    cell.classList.add("open");
    cell.textContent = words.cell_open;
  };

  let scene = model.get("scene");
  let choices = structuredClone(scene.choices);
  let row = scene.row;
  let place = [row, 0]; // where the keyboard is in the table
  let serial = 0;
  let waits = ""; // the action whose answer is still to come
  let next = ""; // pressed meanwhile; the same button twice is a double click, and counts once

  function say(action) {
    if (waits) {
      if (action && action !== waits) next = action;
      return;
    }
    waits = action;
    serial += 1;
    model.set("_said", { epoch: scene.epoch, serial, choices: structuredClone(choices), action, row });
    model.save_changes();
  }

  function isOpen(index, key) {
    return Boolean(scene.editable[key]?.rows[index]);
  }

  function toggle(index, key) {
    if (waits || !isOpen(index, key)) return false;
    const now = choices[key][index];
    choices[key][index] = now === OPEN ? 0 : (now + 1) % scene.editable[key].options;
    say("");
    paintTable();
    return true;
  }

  // Whether another row is chosen now.
  function choose(index) {
    if (index === row || waits) return false;
    row = index;
    return true;
  }

  function contentOf(index, key) {
    const edited = scene.editable[key];
    if (edited?.rows[index]) return chosenCell(edited.kind, choices[key][index]);
    const cell = scene.cells[index][key] ?? ["none"];
    if (cell[0] !== "sent") return cell;
    const [bits, bases] = ["alice_bits", "alice_bases"];
    const of = (name, otherwise) => (scene.editable[name] ? choices[name][index] : otherwise);
    return ["state", of(bits, cell[1]), of(bases, cell[2])];
  }

  function paintTable() {
    const held = table.contains(document.activeElement);
    table.replaceChildren();
    const head = html("thead", {}, table);
    const top = html("tr", {}, head);
    const under = html("tr", {}, head);
    html("th", { rowspan: 2, scope: "col", class: "number" }, top, words.pulse);
    const columns = [];
    for (const group of scene.groups) {
      html("th", { colspan: group.columns.length, scope: "colgroup", class: `party ${group.key}` }, top, group.title);
      group.columns.forEach((column, at) => {
        const starts = at ? "" : " starts";
        const edited = scene.editable[column.key] ? " edited" : "";
        html("th", { scope: "col", class: `${group.key}${starts}${edited}` }, under, column.title);
        columns.push({ ...column, who: group.key, party: group.title, starts });
      });
    }
    place = [Math.min(place[0], scene.cells.length - 1), Math.min(place[1], columns.length - 1)];
    const body = html("tbody", {}, table);
    scene.cells.forEach((_, index) => {
      const line = html("tr", { class: index === row ? "chosen" : "", "aria-selected": index === row }, body);
      html("th", { scope: "row", class: "number" }, line, index + 1);
      columns.forEach(({ key, title, who, party, starts }, at) => {
        const here = place[0] === index && place[1] === at;
        const open = isOpen(index, key);
        const kind = `${who}${starts}${open ? " choice" : ""}`;
        const cell = html("td", { role: "gridcell", tabindex: here ? 0 : -1, class: kind }, line);
        cell.dataset.at = `${index},${at}`;
        cell.dataset.key = key;
        const [what, ...rest] = contentOf(index, key);
        drawers[what](cell, ...rest);
        if (open) {
          const value = chosenWords(scene.editable[key].kind, choices[key][index]);
          cell.setAttribute("aria-label", view.say("choice", { number: index + 1, party, title, value }));
        }
      });
    });
    if (held) focusCell();
  }

  function chosenWords(kind, value) {
    if (value === OPEN) return words.not_chosen;
    if (kind === "mark") return words[value ? "cell_kept" : "not_marked"];
    if (kind === "tactic") return value ? words[`basis_${value - 1}`] : words.cell_pass;
    return kind === "basis" ? words[`basis_${value}`] : value;
  }

  function focusCell() {
    table.querySelector(`[data-at="${place}"]`)?.focus({ preventScroll: true });
    table.querySelector(`[data-at="${place}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function go(down, right) {
    const most = [scene.cells.length - 1, scene.groups.flatMap((group) => group.columns).length - 1];
    place = [place[0] + down, place[1] + right].map((one, axis) => Math.max(0, Math.min(most[axis], one)));
    if (choose(place[0])) say("");
    paintTable();
    focusCell();
  }

  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  view.listen(table, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const move = MOVES[event.key] ?? { Home: [0, -99], End: [0, 99], PageUp: [-99, 0], PageDown: [99, 0] }[event.key];
    if (move) go(...move);
    else if (event.key === " " || event.key === "Enter") toggle(place[0], document.activeElement.dataset.key);
    else return;
    event.preventDefault();
  });
  view.listen(table, "click", (event) => {
    const cell = event.target.closest("td");
    if (!cell) return;
    place = cell.dataset.at.split(",").map(Number);
    const moved = choose(place[0]);
    if (!toggle(place[0], cell.dataset.key) && moved) say("");
    paintTable();
    focusCell();
  });

  let painted = "";
  function paintActions() {
    if (painted === JSON.stringify(scene.actions)) return;
    painted = JSON.stringify(scene.actions);
    const focused = actions.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    actions.replaceChildren();
    for (const { name, label, hint, main, off } of scene.actions) {
      const look = { class: main ? "main" : "", "data-name": name, title: hint };
      const button = html("button", { type: "button", "aria-disabled": off ? "true" : null, ...look }, actions, label);
      button.addEventListener("click", () => off || say(name));
    }
    if (focused) (actions.querySelector(`[data-name="${focused}"]`) ?? actions.querySelector(".main"))?.focus();
  }

  function paintViews() {
    const held = views.contains(document.activeElement);
    views.replaceChildren();
    html("span", { class: "lead" }, views, words.view);
    for (const { name, label, hint, off } of scene.views) {
      const pill = html("label", { class: `pill ${name}`, title: hint }, views);
      const box = html("input", { type: "radio", name: `view-${model.get("number")}`, value: name }, pill);
      box.checked = name === scene.viewpoint;
      box.disabled = off;
      box.addEventListener("change", () => say(`view ${name}`));
      html("span", {}, pill, label);
    }
    if (held) views.querySelector("input:checked")?.focus();
  }

  function paintHead() {
    strip.replaceChildren();
    scene.steps.forEach((title, at) => {
      const state = at < scene.at ? "done" : at === scene.at ? "now" : "";
      const item = html("li", { class: state, "aria-current": state === "now" ? "step" : null }, strip);
      if (state === "done") tickSign(svg("svg", { viewBox: "-9 -9 18 18", "aria-hidden": "true" }, item));
      html("span", {}, item, title);
    });
    setText(told, scene.told);
    told.classList.toggle("wrong", scene.wrong);
  }

  function paint() {
    const fresh = model.get("scene");
    const answered = fresh.epoch !== scene.epoch;
    scene = fresh;
    if (answered) {
      choices = structuredClone(scene.choices);
      row = scene.row;
      waits = "";
      paintActions();
      paintViews();
    }
    paintHead();
    paintTable();
    const pressed = next;
    if (!waits) next = "";
    if (!waits && (pressed.startsWith("view ") || scene.actions.some(({ name, off }) => name === pressed && !off)))
      say(pressed);
  }

  view.on(["scene"], paint);
  paintActions();
  paintViews();
  paintHead();
  paintTable();
  view.narrowBelow(42);
  return view.cleanup;
}

export default { render };
