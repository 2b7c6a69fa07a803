import { html, mount, setText, svg } from "./common.js";

// One shape for each state, drawn in a box of 64 × 64: told apart without colour.
const SIGNS = {
  idle: [
    ["circle", { cx: 32, cy: 32, r: 26, class: "line" }],
    ["path", { d: "M22 32h20", class: "mark" }],
  ],
  running: [
    [
      "path",
      { d: "M18 8h28M18 56h28M21 8c0 16 22 16 22 24S21 40 21 56M43 8c0 16-22 16-22 24s22 8 22 24", class: "mark" },
    ],
  ],
  accepted: [
    ["circle", { cx: 32, cy: 32, r: 29, class: "solid" }],
    ["path", { d: "M18 33l10 11 19-23", class: "cut" }],
  ],
  rejected: [
    ["path", { d: "M20 3h24l17 17v24L44 61H20L3 44V20z", class: "solid" }],
    ["path", { d: "M21 21l22 22M43 21L21 43", class: "cut" }],
  ],
  too_few: [
    ["path", { d: "M12.6 45h38.8l5.4 11H7.2z", class: "solid" }],
    ["path", { d: "M32 6l27 51H5z", class: "line" }],
  ],
  error: [
    ["path", { d: "M32 1l31 31-31 31L1 32z", class: "solid" }],
    ["path", { d: "M32 17v18M32 46v.5", class: "cut" }],
  ],
};
const PATIENCE_MS = 250; // a run shorter than this never shows "running": no flicker

function render({ model, el }) {
  const view = mount(model, el, "lamp");
  const { root, say, words } = view;
  const sign = svg("svg", { class: "sign", viewBox: "0 0 64 64", "aria-hidden": "true" }, root);
  const text = html("div", { class: "text", role: "status", "aria-live": "polite" }, root);
  const title = html("div", { class: "title" }, text);
  const reason = html("p", { class: "reason" }, text);
  const bar = html("div", { class: "bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, root);
  const done = html("div", { class: "done" }, bar);
  const percent = html("div", { class: "percent", "aria-hidden": "true" }, root);
  bar.setAttribute("aria-label", words.title_running);
  let waiting = 0;
  let drawn = null;

  function paint() {
    clearTimeout(waiting);
    waiting = 0;
    const state = model.get("state");
    if (state !== drawn) {
      drawn = state;
      root.dataset.state = state;
      sign.replaceChildren();
      for (const [tag, attributes] of SIGNS[state]) svg(tag, attributes, sign);
    }
    setText(title, model.get("title") || words[`title_${state}`]);
    setText(reason, model.get("reason"));
    progress();
  }

  function progress() {
    const share = drawn === "running" ? model.get("progress") : null;
    setText(percent, share == null ? "" : say("progress", { value: Math.round(100 * share) }));
    bar.style.visibility = share == null ? "hidden" : "visible";
    if (share == null) return;
    const value = Math.round(100 * share);
    bar.setAttribute("aria-valuenow", value);
    bar.setAttribute("aria-valuetext", say("progress", { value }));
    done.style.width = `${value}%`;
  }

  const repaint = view.painter(() => {
    if (model.get("state") !== "running" || drawn === "running") paint();
    else waiting ||= setTimeout(paint, PATIENCE_MS);
  });
  view.undo.push(() => clearTimeout(waiting));
  view.on(["state", "title", "reason"], repaint);
  view.on(["progress"], view.painter(progress));
  view.narrowBelow(27);
  paint();
  return view.cleanup;
}

export default { render };
