import { html, mount, setText, uniqueId } from "../components/common.js";

const PATIENCE = 700; // ms; a kernel that has nothing else to do answers within a few
const AFTERWARDS = 200; // ms; the question is not to stand before what was changed, nor before what comes of it
const REACHES = ["pointerdown", "pointerup", "focusin", "keydown", "input", "change"];

function render({ model, el }) {
  const view = mount(model, el, "notice");
  const { root, words, listen, undo } = view;
  const line = html("p", { role: "alert" }, root);
  let panel = null;
  let open = null; // the question that nobody has answered yet
  let asking = 0;
  let waiting = 0;

  function tell(state) {
    el.classList.toggle("qk-told", Boolean(state)); // not its display, which ipywidgets sets
    setText(line, state ? words[state] : "");
    panel?.classList.toggle("qk-unheard", Boolean(state));
  }

  const isGone = () => Boolean(el.closest(".jupyter-widgets-disconnected"));

  function settle() {
    clearTimeout(asking);
    clearTimeout(waiting);
    open = null;
    tell(isGone() ? "gone" : "");
  }

  function ask() {
    if (isGone()) return settle();
    if (open) return;
    open = uniqueId();
    waiting = setTimeout(() => tell("busy"), PATIENCE);
    asking = setTimeout(() => model.send({ asked: open }), AFTERWARDS);
  }

  const onAnswer = ({ heard }) => {
    if (heard === open) settle();
  };
  const onLink = () => requestAnimationFrame(settle); // after ipywidgets has marked, or unmarked, its views
  model.on("msg:custom", onAnswer);
  model.on("comm_live_update", onLink);
  undo.push(
    () => model.off("msg:custom", onAnswer),
    () => model.off("comm_live_update", onLink),
    () => clearTimeout(asking),
    () => clearTimeout(waiting),
    () => panel?.classList.remove("qk-unheard"),
  );

  // The panel around us stands in the page only after all its children have been rendered.
  let looking = requestAnimationFrame(function look() {
    panel = el.isConnected && el.closest(".qk-panel");
    if (!panel) {
      if (!el.isConnected) looking = requestAnimationFrame(look);
      return;
    }
    listen(panel, "pointerenter", ask);
    for (const type of REACHES) listen(panel, type, ask, { capture: true, passive: true });
    if (isGone()) settle();
  });
  undo.push(() => cancelAnimationFrame(looking));
  tell("");
  return view.cleanup;
}

export default { render };
