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
  // An open padlock: the key is there for everybody to take.
  broken: [
    ["path", { d: "M8 29h48v32H8z", class: "solid" }],
    ["path", { d: "M17 29V18a12 12 0 0 1 22-7", class: "line" }],
    ["path", { d: "M32 38v9M32 53v.5", class: "cut" }],
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
// What Eve holds of the key: an eye that is shut, open, or not there.
const EYES = {
  none: [["path", { d: "M12 32h40", class: "mark" }]],
  safe: [["path", { d: "M4 26c14 18 42 18 56 0M14 36l-6 9M32 40v11M50 36l6 9", class: "mark" }]],
  knows: [
    ["path", { d: "M3 32C17 10 47 10 61 32 47 54 17 54 3 32z", class: "solid" }],
    ["circle", { cx: 32, cy: 32, r: 11, class: "hole" }],
    ["circle", { cx: 32, cy: 32, r: 5, class: "solid" }],
  ],
};
// No line ends between a number and its sign.
const tell = (node, text) => setText(node, String(text).replaceAll(" %", "\u00a0%"));
const PATIENCE_MS = 250; // a run shorter than this never shows "running": no flicker

function lampOf(parent, kind, live) {
  const box = html("div", { class: `lamp ${kind}` }, parent);
  const sign = svg("svg", { class: "sign", viewBox: "0 0 64 64", "aria-hidden": "true" }, box);
  const text = html("div", { class: "text", ...live }, box);
  const title = html("div", { class: "title" }, text);
  return { box, sign, text, title, reason: html("p", { class: "reason" }, text) };
}

function draw(sign, shapes) {
  sign.replaceChildren();
  for (const [tag, attributes] of shapes) svg(tag, attributes, sign);
}

function render({ model, el }) {
  const view = mount(model, el, "lamp");
  const { root, say, words } = view;
  const cells = html("div", { class: "cells" }, root);
  const verdict = lampOf(cells, "verdict", { role: "status", "aria-live": "polite" });
  const eve = lampOf(cells, "eve-lamp", { role: "status", "aria-live": "polite" });
  const side = html("div", { class: "side" }, cells);
  const figures = html("div", { class: "figures" }, side);
  const foot = html("div", { class: "foot" }, side);
  const badge = html("button", { class: "badge", type: "button", "aria-expanded": "false" }, foot);
  const changed = html("div", { class: "changed" }, foot);
  const why = html("p", { class: "why", hidden: "" }, root);
  const bar = html("div", { class: "bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, root);
  const done = html("div", { class: "done" }, bar);
  const percent = html("div", { class: "percent", "aria-hidden": "true" }, foot);
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
      draw(verdict.sign, SIGNS[state]);
    }
    tell(verdict.title, model.get("title") || words[`title_${state}`]);
    tell(verdict.reason, model.get("reason"));
    progress();
    paintEve();
    paintFigures();
    paintFoot();
  }

  function progress() {
    const share = drawn === "running" ? model.get("progress") : null;
    tell(percent, share == null ? "" : say("progress", { value: Math.round(100 * share) }));
    bar.style.visibility = share == null ? "hidden" : "visible";
    if (share == null) return;
    const value = Math.round(100 * share);
    bar.setAttribute("aria-valuenow", value);
    bar.setAttribute("aria-valuetext", say("progress", { value }));
    done.style.transform = `scaleX(${share})`;
  }

  function paintEve() {
    const told = model.get("eve");
    root.classList.toggle("no-eve", !told);
    eve.box.hidden = !told;
    if (!told) return;
    if (eve.box.dataset.eve !== told.state) draw(eve.sign, EYES[told.state]);
    eve.box.dataset.eve = told.state;
    tell(eve.title, told.title);
    tell(eve.reason, told.reason);
    eve.box.title = told.note;
  }

  function paintFigures() {
    const told = model.get("figures");
    while (figures.children.length > told.length) figures.lastChild.remove();
    for (const [place, { name, value, note, beside }] of told.entries()) {
      let box = figures.children[place];
      if (!box) {
        box = html("div", { class: "figure" }, figures);
        html("span", {}, box);
        html("b", {}, box);
        html("i", {}, box);
      }
      tell(box.children[0], name);
      tell(box.children[1], value);
      tell(box.children[2], beside);
      box.title = note;
    }
  }

  function paintFoot() {
    const told = model.get("badge");
    badge.hidden = !told;
    tell(changed, model.get("changed"));
    if (!told) {
      unfold(false);
      return;
    }
    badge.dataset.badge = told.state;
    tell(badge, told.title);
    tell(why, told.why);
  }

  function unfold(open) {
    why.hidden = !open;
    badge.setAttribute("aria-expanded", open);
  }

  view.listen(badge, "click", () => unfold(why.hidden));
  view.listen(why, "click", () => unfold(false));
  // It lies over what is below it: a press of Escape or of anything else puts it away.
  const capture = { capture: true };
  view.listen(document, "pointerdown", ({ target }) => !foot.contains(target) && unfold(false), capture);
  view.listen(document, "keydown", ({ key }) => key === "Escape" && unfold(false), capture);
  const repaint = view.painter(() => {
    if (model.get("state") !== "running" || drawn === "running") paint();
    else waiting ||= setTimeout(paint, PATIENCE_MS);
  });
  view.undo.push(() => clearTimeout(waiting));
  view.on(["state", "title", "reason", "eve", "figures", "changed", "badge"], repaint);
  view.on(["badge"], () => unfold(false));
  view.on(["progress"], view.painter(progress));
  paint();
  return view.cleanup;
}

export default { render };
