import { html } from "../../components/common.js";

const STEP = 1.4; // by how much a press of + zooms in
const CLOSEST = 8;
const DRAGGED = 4; // pixels from which on a press is no click
const PAN = 60; // pixels by which an arrow key moves the map
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// What part of the map is seen: by wheel with Ctrl, buttons and keys; moved by dragging. Whole when it begins.
export function mapLens({ listen, words }, frame, plot, repaint) {
  const seen = { zoom: 1, x: 0, y: 0 };
  const bar = html("div", { class: "zoom", role: "group", "aria-label": words.zoom }, frame);
  const actions = { zoom_in: () => zoomBy(STEP), zoom_out: () => zoomBy(1 / STEP), whole };
  // No stops of Tab: from the keyboard there are keys.
  const buttons = Object.entries(actions).map(([name, act]) => {
    const told = { type: "button", tabindex: -1, title: words[name], "aria-label": words[name] };
    const button = html("button", told, bar, { zoom_in: "+", zoom_out: "−", whole: "⤢" }[name]);
    listen(button, "click", () => {
      if (button.getAttribute("aria-disabled") !== "true") act();
    });
    return button;
  });
  let drag = null; // { x, y, moved }

  // Keep some of the map in the frame.
  function change(next) {
    const far = (size) => (seen.zoom - 1) * 0.5 * size + 0.25 * size;
    Object.assign(seen, next);
    if (seen.zoom < 1.001) Object.assign(seen, { zoom: 1, x: 0, y: 0 });
    const { clientWidth: w, clientHeight: h } = frame;
    seen.x = Math.max(-far(w), Math.min(far(w), seen.x));
    seen.y = Math.max(-far(h), Math.min(far(h), seen.y));
    plot.classList.toggle("zoomed", seen.zoom > 1);
    const off = [seen.zoom >= CLOSEST, seen.zoom <= 1, seen.zoom <= 1];
    buttons.forEach((button, i) => {
      button.setAttribute("aria-disabled", off[i]);
    });
    repaint();
  }
  function whole() {
    change({ zoom: 1, x: 0, y: 0 });
  }
  // Zoom about a point of the frame, which stays where it is; by default the middle.
  function zoomBy(factor, at = { x: 0, y: 0 }) {
    const zoom = Math.max(1, Math.min(CLOSEST, seen.zoom * factor));
    const by = zoom / seen.zoom;
    change({ zoom, x: at.x + (seen.x - at.x) * by, y: at.y + (seen.y - at.y) * by });
  }
  function pan(dx, dy) {
    if (seen.zoom > 1) change({ x: seen.x + dx, y: seen.y + dy });
  }

  const onMap = (event) => !event.target.closest("[data-item]");
  listen(
    plot,
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
      event.preventDefault();
      const box = plot.getBoundingClientRect();
      const at = { x: event.clientX - box.x - box.width / 2, y: event.clientY - box.y - box.height / 2 };
      zoomBy(event.deltaY < 0 ? 1.2 : 1 / 1.2, at);
    },
    { passive: false },
  );
  listen(plot, "dblclick", (event) => {
    if (onMap(event)) whole();
  });
  listen(plot, "pointerdown", (event) => {
    if (event.button === 0) drag = { x: event.clientX, y: event.clientY, moved: false };
  });
  listen(plot, "pointermove", (event) => {
    if (!drag || !event.buttons) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < DRAGGED) return;
    if (!drag.moved) plot.setPointerCapture(event.pointerId);
    Object.assign(drag, { x: event.clientX, y: event.clientY, moved: true });
    pan(dx, dy);
  });
  // A click that ends a drag chooses nothing.
  listen(
    plot,
    "click",
    (event) => {
      if (drag?.moved) event.stopImmediatePropagation();
      drag = null;
    },
    true,
  );
  whole();

  return {
    seen,
    whole,
    // Whether a key was for the lens.
    key(event) {
      const presses = { "+": actions.zoom_in, "=": actions.zoom_in, "-": actions.zoom_out, 0: whole };
      if (event.ctrlKey || event.metaKey || event.altKey) return false;
      if (presses[event.key]) presses[event.key]();
      else if (event.key in ARROWS) pan(...ARROWS[event.key].map((way) => -PAN * way));
      else return false;
      return true;
    },
    // Move the map so far that a point of it can be seen.
    show({ x, y }, margin) {
      const { clientWidth: w, clientHeight: h } = frame;
      const into = (value, most) => Math.max(margin, Math.min(most - margin, value)) - value;
      if (into(x, w) || into(y, h)) pan(into(x, w), into(y, h));
    },
  };
}
