import { fill, html, mount, setText } from "../components/common.js";

// Without our extension of JupyterLab these are plain links, relative to the page.
function notebookLink(parent, file, text) {
  return html("a", { href: file, "data-qk-open": file }, parent, text);
}

function render({ model, el }) {
  const view = mount(model, el, "course");
  const { root, words, listen, on } = view;
  const list = html("ol", {}, root);
  const paint = () => {
    list.replaceChildren();
    for (const { number, title, about, file, done, total } of model.get("rows")) {
      const here = number === model.get("here");
      const item = html("li", here ? { "aria-current": "page" } : {}, list);
      const name = `${number} ${title}`;
      const head = html("span", { class: "title" }, item);
      if (here) {
        html("b", {}, head, name);
        html("small", {}, head, ` (${words.here})`);
      } else notebookLink(head, file, name);
      html("span", { class: "about" }, item, about);
      const told = fill(words.done, { done, total });
      const count = html("span", { class: "count" }, item);
      html("progress", { value: done, max: total, "aria-hidden": "true" }, count);
      html("span", {}, count, `${done === total ? "✓ " : ""}${told}`);
    }
  };
  const way = html("nav", { "aria-label": words.name }, root);
  for (const { text, file } of model.get("way")) notebookLink(way, file, text);
  html("a", { href: "glossary.md", "data-qk-open": "glossary.md" }, way, words.glossary);

  const files = html("div", { class: "files" }, root);
  const save = html("button", { type: "button" }, files, words.export);
  const read = html("button", { type: "button" }, files, words.import);
  const chooser = html("input", { type: "file", accept: ".json,application/json", hidden: "" }, files);
  html("p", { class: "refresh" }, root, words.refresh);
  const told = html("p", { role: "status" }, root);
  listen(save, "click", () => {
    const address = URL.createObjectURL(new Blob([model.get("saved")], { type: "application/json" }));
    const link = html("a", { href: address, download: model.get("file_name") }, root);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  listen(read, "click", () => chooser.click());
  listen(chooser, "change", async () => {
    const [file] = chooser.files;
    if (!file) return;
    model.set("brought", await file.text());
    model.save_changes();
    chooser.value = "";
  });
  view.narrowBelow(46);
  on(["rows"], paint);
  on(["told"], () => setText(told, model.get("told")));
  setText(told, model.get("told"));
  paint();
  return view.cleanup;
}

export default { render };
