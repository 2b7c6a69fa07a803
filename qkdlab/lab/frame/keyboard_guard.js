import { fill, keepKeys } from "../components/common.js";
import { readAsShown } from "./typed_readouts.js";

const CONTROLS = "[role=slider], select, input:not([type=hidden]), textarea, .widget-readout";

function render({ model, el }) {
  const words = model.get("words");
  const undo = [];
  const named = new Map(); // control → the name that we gave it
  // Watched one by one: the classes of what a component draws must not cause work here.
  const presses = new MutationObserver((changes) => {
    for (const { target } of changes) tellState(target);
  });
  undo.push(() => presses.disconnect());
  const told = []; // [button, the attribute that we gave it]
  el.style.display = "none";

  function name(node, text) {
    const given = named.get(node);
    if (given === undefined && (node.hasAttribute("aria-label") || node.hasAttribute("aria-labelledby"))) return;
    if (given === undefined && node.labels?.length) return;
    if (given === text) return;
    node.setAttribute("aria-label", text);
    named.set(node, text);
  }

  // noUiSlider says neither "100 %" nor that it is switched off, and can be reached all the same.
  function describe(slider, box) {
    const readout = box.querySelector(".widget-readout")?.textContent;
    const off = Boolean(slider.closest("[disabled]"));
    if (readout) slider.setAttribute("aria-valuetext", off ? words.not_used : readout);
    slider.setAttribute("aria-disabled", off);
    if (slider.hasAttribute("tabindex")) slider.setAttribute("tabindex", off ? -1 : 0);
  }

  // ipywidgets tells by colour alone which buttons are pressed, and we by a class which are switched off.
  function tellState(button) {
    const states = { "aria-disabled": button.classList.contains("qk-off") };
    if (button.matches(".qk-more")) states["aria-expanded"] = button.classList.contains("mod-active");
    else if (button.matches(".widget-toggle-button")) states["aria-pressed"] = button.classList.contains("mod-active");
    for (const [name, value] of Object.entries(states)) {
      if (button.getAttribute(name) === String(value)) continue;
      if (name === "aria-disabled" && !value) {
        button.removeAttribute(name);
        continue;
      }
      if (!button.hasAttribute(name)) told.push([button, name]);
      button.setAttribute(name, value);
    }
  }

  function nameAll(panel) {
    for (const button of panel.querySelectorAll(".jupyter-button")) {
      tellState(button);
      presses.observe(button, { attributeFilter: ["class"] });
    }
    for (const node of [...named.keys()]) if (!node.isConnected) named.delete(node);
    for (const box of panel.querySelectorAll(".jupyter-widgets, .widget-toggle-buttons")) {
      const label = box.querySelector(":scope > .widget-label")?.textContent.trim();
      if (!label) continue;
      if (box.matches(".widget-toggle-buttons, .widget-radio")) {
        if (!box.hasAttribute("role")) {
          box.setAttribute("role", "group");
          undo.push(() => box.removeAttribute("role"));
        }
        name(box, label);
        continue;
      }
      for (const control of box.querySelectorAll(CONTROLS)) {
        if (control.matches("[role=slider]")) describe(control, box);
        name(control, control.matches(".widget-readout") ? fill(words.readout, { label }) : label);
      }
    }
  }

  function guard() {
    let panel = el.closest(".qk-panel");
    for (let node = el.parentElement; !panel && node; node = node.parentElement) {
      if (node.matches(".widget-box") && !node.parentElement?.closest(".widget-box")) panel = node;
    }
    if (!panel) return;
    panel.addEventListener("keydown", keepKeys);
    undo.push(() => panel.removeEventListener("keydown", keepKeys), readAsShown(panel));
    let asked = 0;
    const soon = () => {
      asked ||= requestAnimationFrame(() => {
        asked = 0;
        nameAll(panel);
      });
    };
    // Only new or renamed ipywidgets matter; a component that draws must not cause work here.
    const matters = ({ type, target, addedNodes }) =>
      (type === "attributes" && target.matches(".noUi-target")) ||
      (target.closest ? target : target.parentElement)?.closest(".widget-label, .widget-readout") ||
      [...addedNodes].some(
        (node) => node.matches?.(".jupyter-widgets, .widget-label") || node.querySelector?.(".jupyter-widgets"),
      );
    const observer = new MutationObserver((all) => {
      const changes = all.filter(({ target }) => !(target instanceof SVGElement)); // most are of pictures
      if (changes.some(matters)) soon();
      // An answer that appears below what is seen is brought to where it is.
      const answers = changes.map(({ target }) => target.closest?.(".qk-reveal"));
      answers.find((one) => one?.textContent.trim())?.scrollIntoView({ block: "nearest" });
    });
    observer.observe(panel, { childList: true, subtree: true, characterData: true, attributeFilter: ["disabled"] });
    undo.push(
      () => observer.disconnect(),
      () => cancelAnimationFrame(asked),
    );
    soon();
  }

  // The panel around us stands in the page only after all its children have been rendered.
  let waiting = requestAnimationFrame(function look() {
    if (el.isConnected) guard();
    else waiting = requestAnimationFrame(look);
  });
  undo.push(() => cancelAnimationFrame(waiting));
  return () => {
    for (const step of undo.splice(0).reverse()) step();
    for (const [node, text] of named) if (node.getAttribute("aria-label") === text) node.removeAttribute("aria-label");
    named.clear();
    for (const [button, name] of told) button.removeAttribute(name);
    told.length = 0;
  };
}

export default { render };
