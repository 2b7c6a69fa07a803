import { fill, html, mount, setText } from "../components/common.js";

// An option: its button, and below it what is said of it once it is chosen.
function optionRow(list, option, place, words) {
  const row = html("li", {}, list);
  const button = html("button", { type: "button", "aria-pressed": "false" }, row);
  html("b", { "aria-hidden": "true" }, button, `${"abcdefghij"[place]})`);
  html("span", {}, button, option.text);
  const told = html("p", { role: "status" }, row);
  return {
    button,
    show(chosen, right) {
      button.setAttribute("aria-pressed", String(chosen));
      row.className = chosen ? (right ? "is-right" : "is-wrong") : "";
      told.replaceChildren();
      if (!chosen) return;
      html("b", {}, told, words[right ? "right" : "wrong"]);
      told.append(` ${option.feedback}`);
    },
  };
}

function render({ model, el }) {
  const view = mount(model, el, "choice");
  const { root, words, listen, on } = view;
  const [options, right, hints] = ["options", "right", "hints"].map((name) => model.get(name));
  html("h3", {}, root, model.get("question"));
  const list = html("ul", { "aria-label": words.options }, root);
  const rows = options.map((option, place) => optionRow(list, option, place, words));
  const help = html("div", { class: "help" }, root);
  const hint = html("button", { type: "button" }, help, words.hint);
  const solution = html("button", { type: "button" }, help, words.solution);
  const hinted = html("div", { class: "hints", role: "status" }, root);
  const solved = html("p", { class: "solved", role: "status" }, root);
  const note = html("p", { class: "note", role: "status" }, root);

  const choose = (place) => {
    model.set("tried", [...model.get("tried"), place]);
    model.save_changes();
  };
  const paint = () => {
    const tried = model.get("tried");
    for (const [place, row] of rows.entries()) row.show(tried.includes(place), place === right);
    setText(note, model.get("note"));
  };
  for (const [place, row] of rows.entries()) listen(row.button, "click", () => choose(place));
  let told = 0;
  listen(hint, "click", () => {
    if (told === hints.length) return;
    html("p", {}, hinted, `${fill(words.hint_number, { number: told + 1 })} ${hints[told]}`);
    told += 1;
    hint.setAttribute("aria-disabled", String(told === hints.length));
  });
  listen(solution, "click", () => {
    const answer = options[right].text.replace(/\.$/, "");
    setText(solved, fill(words.solution_told, { answer, because: model.get("because") }));
  });
  // Arrows go from option to option, and letters choose one.
  listen(root, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const letter = event.key.length === 1 ? "abcdefghij".indexOf(event.key.toLowerCase()) : -1;
    const at = rows.findIndex(({ button }) => button === document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (letter >= 0 && letter < rows.length) {
      rows[letter].button.focus();
      choose(letter);
    } else if (step && at >= 0) {
      event.preventDefault();
      rows[(at + step + rows.length) % rows.length].button.focus();
    }
  });
  on(["tried", "note"], paint);
  paint();
  return view.cleanup;
}

export default { render };
