import { html, mount, setText } from "./common.js";

const SIGNS = { right: "✓", wrong: "✗" };

function render({ model, el }) {
  const view = mount(model, el, "guide");
  const { root, words, say, listen } = view;
  const row = html("div", { class: "row" }, root);
  const count = html("span", { class: "count" }, row);
  const ask = html("span", { class: "ask" }, row);
  const button = (name, parent, run) => {
    const made = html("button", { type: "button", class: name, title: words[`${name}_hint`] }, parent, words[name]);
    listen(made, "click", () => made.getAttribute("aria-disabled") !== "true" && run());
    return made;
  };
  const buttons = html("span", { class: "buttons" }, row);
  const answer = button("answer", buttons, () => save({ unfolded: !model.get("unfolded") }));
  const back = button("back", buttons, () => go(-1));
  const next = button("next", buttons, () => go(1));
  const fold = button("fold", buttons, () => save({ folded: !model.get("folded"), unfolded: false }));
  const card = html("div", { class: "card", role: "group", "aria-label": words.card }, root);
  const options = html("div", { class: "options" }, card);
  const help = html("div", { class: "help" }, card);
  const hint = button("hint", help, () => {
    taken.set(place(), Math.min((taken.get(place()) ?? 0) + 1, question().hints.length));
    paint();
  });
  const solve = button("solution", help, () => {
    solved.add(place());
    paint();
  });
  button("close", help, () => {
    save({ unfolded: false });
    answer.focus();
  });
  const hints = html("div", { class: "hints", role: "status" }, card);
  const taken = new Map(); // how many hints of a question were asked for
  const solved = new Set();
  let drawn = null; // the place of the question whose options stand on the card

  const place = () => Math.min(model.get("position"), model.get("questions").length - 1);
  const question = () => model.get("questions")[place()];
  const tried = () => model.get("chosen")[place()] ?? [];

  function save(traits) {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
    paint();
  }

  function go(by) {
    save({ position: Math.max(0, Math.min(place() + by, model.get("questions").length - 1)) });
  }

  function choose(index) {
    const all = model.get("questions").map((_, at) => [...(model.get("chosen")[at] ?? [])]);
    if (!all[place()].includes(index)) all[place()].push(index);
    save({ chosen: all });
  }

  function fillOptions(one) {
    options.replaceChildren();
    one.options.forEach(({ text }, index) => {
      const choice = html("button", { type: "button", class: "option" }, options);
      html("span", { class: "mark" }, choice);
      html("span", {}, choice, text);
      html("p", { class: "feedback", role: "status" }, options);
      choice.addEventListener("click", () => choose(index));
    });
    drawn = place();
  }

  function paintOptions(one) {
    if (drawn !== place() || options.children.length !== 2 * one.options.length) fillOptions(one);
    one.options.forEach(({ feedback }, index) => {
      const [choice, told] = [options.children[2 * index], options.children[2 * index + 1]];
      const seen = tried().includes(index) || (solved.has(place()) && index === one.right);
      const mark = index === one.right ? "right" : "wrong";
      choice.dataset.mark = seen ? mark : "";
      setText(choice.firstChild, seen ? `${SIGNS[mark]} ${words[mark]} ` : "");
      setText(told, seen ? feedback : "");
    });
  }

  function paint() {
    const [all, at, folded] = [model.get("questions"), place(), model.get("folded")];
    root.hidden = !all.length;
    if (!all.length) return;
    const one = question();
    const [number, total] = [view.count(at + 1), view.count(all.length)];
    const done = tried().includes(one.right);
    root.classList.toggle("folded", folded);
    root.classList.toggle("done", done);
    setText(count, say("count", { number, total }));
    setText(ask, one.question);
    setText(answer, words[done ? "answered" : "answer"]);
    answer.setAttribute("aria-expanded", model.get("unfolded"));
    back.setAttribute("aria-disabled", at === 0);
    next.setAttribute("aria-disabled", at === all.length - 1);
    setText(fold, folded ? say("show", { number, total }) : words.fold);
    fold.setAttribute("aria-expanded", !folded);
    card.hidden = folded || !model.get("unfolded");
    paintOptions(one);
    const given = taken.get(at) ?? 0;
    const ends = { done: given, total: one.hints.length };
    setText(hint, say("hint_of", ends));
    hint.setAttribute("aria-disabled", given >= one.hints.length);
    solve.setAttribute("aria-disabled", solved.has(at));
    const lines = one.hints.slice(0, given).map((text, i) => say("hint_text", { number: i + 1, text }));
    if (solved.has(at) || done) lines.push(say("because", { text: one.because }));
    while (hints.children.length > lines.length) hints.lastChild.remove();
    lines.forEach((text, i) => {
      setText(hints.children[i] ?? html("p", {}, hints), text);
    });
  }

  listen(card, "keydown", (event) => {
    if (event.key !== "Escape") return;
    save({ unfolded: false });
    answer.focus();
  });
  view.on(["questions", "position", "chosen", "unfolded", "folded"], view.painter(paint));
  view.narrowBelow(46);
  paint();
  return view.cleanup;
}

export default { render };
