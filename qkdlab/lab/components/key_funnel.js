import { html, mount, setText } from "./common.js";

function render({ model, el }) {
  const view = mount(model, el, "funnel");
  const { root, words, say, count, percentShort, percent } = view;
  // A share that rounding would call 0 keeps two digits.
  const small = (share) =>
    share > 0 && share < 0.001 ? say("percent", { value: (100 * share).toPrecision(2) }) : null;
  const head = html("div", { class: "head" }, root);
  html("h3", {}, head, words.title);
  html("span", {}, head, words.count_head);
  html("span", {}, head, words.kept_head);
  const says = html("p", { class: "says" }, root);
  const list = html("div", { class: "stages", role: "list" }, root);
  const scale = html("div", { class: "scale", "aria-hidden": "true" }, root);
  const caption = html("p", { class: "caption" }, root, words.scale);
  const empty = html("p", { hidden: "" }, root, words.empty);
  let rows = [];
  let decades = 0;

  function build(length) {
    list.replaceChildren();
    rows = Array.from({ length }, () => {
      const item = html("div", { class: "stage", role: "listitem" }, list);
      const name = html("div", { class: "name" }, item);
      const track = html("div", { class: "track", "aria-hidden": "true" }, item);
      const bar = html("div", { class: "fill" }, track);
      const number = html("div", { class: "number" }, item);
      const kept = html("div", { class: "kept" }, item);
      const note = html("div", { class: "note" }, item);
      return { name, bar, track, number, kept, note };
    });
  }

  // The axis runs from a little under 1 to the next power of ten, so that a single bit still shows.
  const place = (value) => (100 * (Math.log10(value) + 0.35)) / (decades + 0.35);

  function drawScale() {
    scale.replaceChildren();
    const room = list.querySelector(".track")?.clientWidth || 300;
    const letter = parseFloat(getComputedStyle(scale).fontSize) || 15;
    const every = Math.max(1, Math.ceil((3.2 * letter * (decades + 0.35)) / room)); // labels never touch
    for (let power = 0; power <= decades; power += every) {
      const tick = html("span", { class: "tick" }, scale, tickText(power));
      tick.style.left = `${place(10 ** power)}%`;
    }
  }
  const tickText = (power) => new Intl.NumberFormat(words.locale, { notation: "compact" }).format(10 ** power);

  function paint() {
    const stages = model.get("stages");
    root.setAttribute("aria-label", `${words.name}. ${model.get("summary")}`);
    setText(says, model.get("statement"));
    empty.hidden = stages.length > 0;
    if (stages.length !== rows.length) build(stages.length);
    const largest = Math.max(10, ...stages.map((stage) => stage.count));
    const needed = Math.ceil(Math.log10(largest) - 1e-9);
    if (needed !== decades) {
      decades = needed;
      drawScale();
    }
    scale.hidden = stages.length === 0;
    caption.hidden = stages.length === 0;
    stages.forEach((stage, index) => {
      const row = rows[index];
      const before = index ? stages[stage.of].count : 0;
      setText(row.name, stage.name);
      setText(row.number, count(stage.count));
      const share = before ? stage.count / before : null;
      setText(row.kept, index === 0 ? "" : share == null ? words.not_defined : (small(share) ?? percentShort(share)));
      row.kept.setAttribute(
        "aria-label",
        share == null ? "" : say("kept", { percent: percent(share), name: stages[stage.of].name }),
      );
      setText(row.note, stage.note);
      row.bar.style.width = stage.count ? `${place(stage.count)}%` : "0";
      row.track.classList.toggle("none", stage.count === 0);
      row.track.style.setProperty("--qk-decade", `${100 / decades}%`);
      row.track.style.setProperty("--qk-first", `${place(1)}%`);
    });
  }

  view.on(["stages", "statement", "summary"], view.painter(paint));
  paint();
  view.narrowBelow(38, drawScale);
  return view.cleanup;
}

export default { render };
