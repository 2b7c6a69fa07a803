import { html, mount, setText } from "./common.js";

// Where the page has no clipboard (http on another machine), the old way: select a text, and copy what is selected.
function copySelected(text, parent) {
  const area = html("textarea", { class: "qk-hidden", readonly: "" }, parent);
  area.value = text;
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

function render({ model, el }) {
  const view = mount(model, el, "copy");
  const { root, words, listen } = view;
  const button = html("button", { type: "button", title: words.hint }, root, words.copy);
  const told = html("span", { role: "status" }, root);
  let text = "";
  const say = (word) => {
    if (model.get("told") === word) return;
    model.set("told", word);
    model.save_changes();
  };
  listen(button, "click", async () => {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      done = copySelected(text, root);
      button.focus();
    }
    say(words[done ? "copied" : "failed"]);
  });
  view.on(["told"], () => setText(told, model.get("told")));
  view.follow((_, value) => {
    text = value;
    say("");
  });
  return view.cleanup;
}

export default { render };
