import { html, mount, setText } from "../components/common.js";
import { drawQuestion } from "./question.js";

function render({ model, el }) {
  const view = mount(model, el, "choice");
  const { root, words, listen, on } = view;
  html("h3", {}, root, model.get("asked").question);
  const question = drawQuestion(root, model.get("asked"), words, (place) => {
    model.set("tried", [...model.get("tried"), place]);
    model.save_changes();
  });
  const note = html("p", { class: "note", role: "status" }, root);
  const paint = () => {
    question.show(model.get("tried"));
    setText(note, model.get("note"));
  };
  listen(root, "keydown", question.onKey);
  on(["tried", "note"], paint);
  paint();
  return view.cleanup;
}

export default { render };
