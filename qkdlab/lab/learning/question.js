import { fill, html, setText } from "../components/common.js";

const LETTERS = "abcdefghij";

// A choice question: its options, each with what is said of it once it was tried, hints in turn, and the solution,
// which comes with the right answer, too. A click or a letter calls choose(place). Hints are counted here, while the
// view stands.
export function drawQuestion(parent, asked, words, choose) {
  const root = html("div", { class: "question" }, parent);
  const list = html("ul", { "aria-label": words.options }, root);
  const rows = asked.options.map(({ text }, place) => {
    const item = html("li", {}, list);
    const button = html("button", { type: "button", "aria-pressed": "false" }, item);
    html("b", { "aria-hidden": "true" }, button, `${LETTERS[place]})`);
    html("span", {}, button, text);
    button.addEventListener("click", () => choose(place));
    return { item, button, told: html("p", { role: "status" }, item) };
  });
  const help = html("div", { class: "help" }, root);
  const hint = html("button", { type: "button" }, help, words.hint);
  const solution = html("button", { type: "button" }, help, words.solution);
  const hinted = html("div", { class: "hints", role: "status" }, root);
  const solved = html("p", { class: "solved", role: "status" }, root);

  const solve = () => {
    const answer = asked.options[asked.right].text.replace(/\.$/, "");
    setText(solved, fill(words.solution_told, { answer, because: asked.because }));
  };
  hint.addEventListener("click", () => {
    const [given, total] = [hinted.children.length, asked.hints.length];
    if (given === total) return;
    html("p", {}, hinted, fill(words.hint_told, { number: given + 1, total, text: asked.hints[given] }));
    hint.setAttribute("aria-disabled", given + 1 === total);
  });
  solution.addEventListener("click", solve);

  function show(tried) {
    rows.forEach(({ item, button, told }, place) => {
      const seen = tried.includes(place);
      const mark = seen ? (place === asked.right ? "right" : "wrong") : "";
      if ((item.dataset.mark ?? "") === mark) return; // a live region is read aloud on each write
      item.dataset.mark = mark;
      button.setAttribute("aria-pressed", seen);
      told.replaceChildren();
      if (seen) told.append(html("b", {}, null, words[mark]), ` ${asked.options[place].feedback}`);
    });
    if (tried.includes(asked.right)) solve();
  }

  // Arrows go from option to option, and letters choose one.
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const letter = event.key.length === 1 ? LETTERS.indexOf(event.key.toLowerCase()) : -1;
    const at = rows.findIndex(({ button }) => button === document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (letter >= 0 && letter < rows.length) {
      rows[letter].button.focus();
      choose(letter);
    } else if (step && at >= 0) {
      event.preventDefault();
      rows[(at + step + rows.length) % rows.length].button.focus();
    }
  }

  return { root, help, show, onKey };
}
