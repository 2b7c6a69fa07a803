import { html, mount, setText } from "../components/common.js";
import { drawQuestion } from "./question.js";

function render({ model, el }) {
  const view = mount(model, el, "guide");
  const { root, words, say, listen } = view;
  const questions = model.get("questions");
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
  const back = button("back", buttons, () => turn(-1));
  const next = button("next", buttons, () => turn(1));
  const fold = button("fold", buttons, () => save({ folded: !model.get("folded"), unfolded: false }));
  const card = html("div", { class: "card", role: "group", "aria-label": words.card }, root);
  const drawn = questions.map((asked) => {
    const question = drawQuestion(card, asked, words, choose);
    button("close", question.help, close);
    return question;
  });

  const place = () => Math.min(model.get("position"), questions.length - 1);

  const turn = (by) => save({ position: place() + by, unfolded: false });

  function save(traits) {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
    paint();
  }

  function choose(option) {
    save({ tried: model.get("tried").map((one, at) => (at === place() ? [...one, option] : one)) });
  }

  function close() {
    save({ unfolded: false });
    answer.focus();
  }

  function paint() {
    const [at, folded] = [place(), model.get("folded")];
    const [number, total] = [view.count(at + 1), view.count(questions.length)];
    const done = model.get("tried")[at].includes(questions[at].right);
    root.classList.toggle("folded", folded);
    root.classList.toggle("done", done);
    setText(count, say("count", { number, total }));
    setText(ask, questions[at].question);
    setText(answer, words[done ? "answered" : "answer"]);
    answer.setAttribute("aria-expanded", model.get("unfolded"));
    back.setAttribute("aria-disabled", at === 0);
    next.setAttribute("aria-disabled", at === questions.length - 1);
    setText(fold, folded ? say("show", { number, total }) : words.fold);
    fold.setAttribute("aria-expanded", !folded);
    card.hidden = folded || !model.get("unfolded");
    drawn.forEach((question, one) => {
      question.root.hidden = one !== at;
    });
    drawn[at].show(model.get("tried")[at]);
  }

  listen(root, "keydown", (event) => {
    if (card.hidden) return;
    if (event.key === "Escape") close();
    else drawn[place()].onKey(event);
  });
  view.on(["position", "tried", "unfolded", "folded"], view.painter(paint));
  view.narrowBelow(46);
  paint();
  return view.cleanup;
}

export default { render };
