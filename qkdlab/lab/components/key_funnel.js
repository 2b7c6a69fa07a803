import { html, mount, setText, svg } from "./common.js";

function render({ model, el }) {
  const view = mount(model, el, "funnel");
  const { root, words, say, count, percentShort, percent } = view;
  const head = html("div", { class: "head" }, root);
  html("h3", {}, head, words.title);
  html("span", {}, head, words.count_head);
  html("span", {}, head, words.kept_head);
  const says = html("p", { class: "says" }, root);
  const list = html("div", { class: "stages", role: "list" }, root);
  const empty = html("p", { hidden: "" }, root, words.empty);
  let rows = [];
  let magnified = true; // whether bars after the first are drawn longer, if they are short

  function build(length) {
    list.replaceChildren();
    rows = Array.from({ length }, () => {
      const item = html("div", { class: "stage", role: "listitem" }, list);
      const lens = html("div", { class: "lens", hidden: "" }, item);
      const glass = svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, lens);
      const beam = svg("path", {}, glass);
      const button = html("button", { type: "button" }, lens);
      button.onclick = () => {
        magnified = !magnified;
        paint();
      };
      const name = html("div", { class: "name" }, item);
      const track = html("div", { class: "track", "aria-hidden": "true" }, item);
      const bar = html("div", { class: "fill" }, track);
      const number = html("div", { class: "number" }, item);
      const kept = html("div", { class: "kept" }, item);
      const note = html("div", { class: "note" }, item);
      return { lens, beam, button, name, bar, track, number, kept, note };
    });
  }

  // The beam goes from the piece of the scale above to the whole of the one below.
  function paintLens({ lens, beam, button }, zoom, before) {
    lens.hidden = zoom === before;
    if (lens.hidden) return;
    beam.setAttribute("d", `M0 0H${(100 * before) / zoom}L100 10H0z`);
    lens.classList.toggle("off", !magnified);
    const factor = count(zoom);
    setText(button, say(magnified ? "zoom" : "zoom_off", { factor }));
    button.title = say("zoom_hint", { factor });
    button.setAttribute("aria-pressed", magnified);
  }

  function paint() {
    const [stages, zooms] = [model.get("stages"), model.get("zooms")];
    root.setAttribute("aria-label", `${words.name}. ${model.get("summary")}`);
    setText(says, model.get("statement"));
    empty.hidden = stages.length > 0;
    if (stages.length !== rows.length) build(stages.length);
    const largest = Math.max(1, ...stages.map((stage) => stage.count));
    stages.forEach((stage, index) => {
      const row = rows[index];
      const before = index ? stages[stage.of].count : 0;
      setText(row.name, stage.name);
      setText(row.number, count(stage.count));
      const share = before ? stage.count / before : null;
      setText(row.kept, index === 0 ? "" : share == null ? words.not_defined : percentShort(share));
      row.kept.setAttribute(
        "aria-label",
        share == null ? "" : say("kept", { percent: percent(share), name: stages[stage.of].name }),
      );
      setText(row.note, stage.note);
      row.name.title = stage.note; // in a low tab the note has no room
      paintLens(row, zooms[index], index ? zooms[index - 1] : 1);
      row.bar.style.width = `${(100 * stage.count * (magnified ? zooms[index] : 1)) / largest}%`;
      row.bar.classList.toggle("some", stage.count > 0);
      row.track.classList.toggle("none", stage.count === 0);
    });
  }

  view.on(["stages", "zooms", "statement", "summary"], view.painter(paint));
  paint();
  view.narrowBelow(38);
  return view.cleanup;
}

export default { render };
