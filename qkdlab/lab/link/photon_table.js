import { html } from "../components/common.js";
import { basisSign, errorSign, kindOf, picture, stateSign, tickSign } from "../components/photon_signs.js";

const HEAD_EM = 12.4; // the two columns of row names, as in the style sheet
const COLUMN_EM = 4.3;
const WINDOW = 100; // columns kept in the page: the table stays quick however many pulses there are

// The table of who sent, read and kept what: a column for each pulse that has arrived, a group of rows for each
// party whose notes the viewer may read, and one for what was said in public.
export function pulseTable(parent, words) {
  const scrolls = { tabindex: 0, role: "region", "data-scrolls": "sideways" };
  const frame = html("div", { class: "frame", ...scrolls, "aria-label": words.table }, parent);
  const table = html("table", {}, frame);
  let rows = [];
  let first = 0;
  let next = 0;
  let shape = "";

  const plain =
    (text, kind = "") =>
    (cell) => {
      cell.textContent = text;
      if (kind) cell.className = kind;
    };
  const nothing = plain(words.cell_none, "faint");
  const basisCell = (basis) => (cell) => {
    cell.className = kindOf(basis);
    picture(cell, (box) => basisSign(box, basis));
    html("span", { title: words[`basis_${basis}_name`] }, cell, words[`basis_${basis}`]);
  };
  const stateCell = (bit, basis) => (cell) => {
    cell.className = kindOf(basis);
    picture(cell, (box) => stateSign(box, bit, basis), words[`state_${bit}${basis}`]);
    html("span", {}, cell, words[`basis_${basis}`]);
  };
  const keptCell = (cell) => {
    cell.className = "kept";
    picture(cell, tickSign);
    html("span", {}, cell, words.cell_kept);
  };
  const sameCell = (same) => (cell) => {
    cell.className = same ? "same" : "error";
    if (!same) picture(cell, errorSign);
    html("span", {}, cell, same ? words.cell_same : words.cell_error);
  };

  // [party, key, label, what to put for a pulse p with its kept flag]
  function rowsFor(see, evePresent) {
    const list = [];
    const keptRow = [words.row_kept, (_p, kept) => (kept ? keptCell : plain(words.cell_no, "faint"))];
    if (see("everyone")) {
      // first, as here the table is the longest: who sees all asks which kept bits are wrong
      list.push(["compare", "kept", ...keptRow]);
      list.push(["compare", "same", words.row_same, (p, kept) => (kept ? sameCell(p[0] === p[6]) : nothing)]);
    }
    if (see("alice")) {
      list.push(["alice", "bit", words.row_bit, (p) => plain(p[0], "digit")]);
      list.push(["alice", "sends", words.row_sends, (p) => stateCell(p[0], p[1])]);
    }
    if (see("eve") && evePresent) {
      list.push(["eve", "basis", words.row_basis, (p) => (p[2] == null ? nothing : basisCell(p[2]))]);
      list.push(["eve", "reads", words.row_reads, (p) => (p[3] == null ? nothing : plain(p[3], "digit"))]);
    }
    if (see("bob")) {
      list.push(["bob", "basis", words.row_basis, (p) => basisCell(p[5])]);
      list.push(["bob", "reads", words.row_reads, (p) => (p[6] == null ? nothing : plain(p[6], "digit"))]);
    }
    if (see("everyone")) {
      const cause = (p) => (p[4] ? "cell_photon" : p[6] == null ? "cell_lost" : "cell_dark");
      list.push([
        "bob",
        "cause",
        words.row_cause,
        (p) => plain(words[cause(p)], cause(p) === "cell_photon" ? "faint" : ""),
      ]);
    }
    list.push(["public", "click", words.row_click, (p) => plain(p[6] == null ? words.cell_no : words.cell_yes)]);
    list.push(["public", "alice-basis", words.row_alice_basis, (p) => (p[6] == null ? nothing : basisCell(p[1]))]);
    list.push(["public", "bob-basis", words.row_bob_basis, (p) => (p[6] == null ? nothing : basisCell(p[5]))]);
    if (!see("everyone")) list.push(["public", "kept", ...keptRow]);
    return list;
  }

  function build(see, evePresent) {
    table.replaceChildren();
    const head = html("thead", {}, table);
    const top = html("tr", {}, head);
    html("th", { class: "party corner", colspan: 2, scope: "row" }, top, words.row_pulse);
    rows = [{ tr: top, put: (_p, _kept, index) => plain(index + 1, "index") }];
    const list = rowsFor(see, evePresent);
    let body = null;
    let party = "";
    for (const [who, key, label, put] of list) {
      const begins = who !== party;
      if (begins) body = html("tbody", { class: who }, table);
      party = who;
      const tr = html("tr", { "data-row": `${who}-${key}` }, body);
      const span = list.filter((row) => row[0] === who).length;
      if (begins) html("th", { class: "party", rowspan: span, scope: "rowgroup" }, tr, words[who]);
      html("th", { class: "what", scope: "row" }, tr, label);
      rows.push({ tr, put });
    }
    for (const { tr } of rows) html("td", { class: "rest" }, tr);
  }

  function addColumn(pulse, kept, index, latest) {
    for (const { tr, put } of rows) {
      const cell = tr === rows[0].tr ? html("th", { scope: "col" }) : html("td");
      tr.lastChild.before(cell);
      put(pulse, kept, index)(cell);
      if (latest) cell.classList.add("latest");
    }
  }
  const cellsOf = (tr) => [...tr.children].filter((cell) => !cell.matches(".party, .what, .rest"));

  function show({ pulses, kept, position, see, evePresent, viewpoint }) {
    const wanted = `${viewpoint},${evePresent}`;
    const grows = wanted === shape && position === next + 1 && first <= next;
    if (wanted !== shape) build(see, evePresent);
    if (grows) {
      for (const cell of table.querySelectorAll(".latest")) cell.classList.remove("latest");
      if (next - first >= WINDOW) {
        for (const { tr } of rows) cellsOf(tr)[0].remove();
        first++;
      }
      addColumn(pulses[next], kept[next], next, true);
    } else {
      for (const { tr } of rows) for (const cell of cellsOf(tr)) cell.remove();
      first = Math.max(0, position - WINDOW);
      for (let index = first; index < position; index++)
        addColumn(pulses[index], kept[index], index, index === position - 1);
    }
    shape = wanted;
    next = position;
    frame.scrollLeft = frame.scrollWidth;
  }

  // A whole number of columns fills the frame, so that none is cut at its edge.
  function fit() {
    const letter = parseFloat(getComputedStyle(table).fontSize) || 14;
    const room = frame.clientWidth - HEAD_EM * letter;
    const columns = Math.max(1, Math.floor(room / (COLUMN_EM * letter)));
    table.style.setProperty("--qk-col", `${Math.max(COLUMN_EM * letter, room / columns)}px`);
    frame.scrollLeft = frame.scrollWidth;
  }

  function forget() {
    shape = "";
  }

  return { show, fit, forget };
}
