import { fill, html, icon, setText } from "./common.js";

const SIDES = ["ArrowLeft", "ArrowRight"];
// What has the focus keeps the keys that it needs for itself; all others are the story's, wherever the focus is.
const OWN = [
  ["button, summary", [" "]],
  ["[type=radio]", [...SIDES, " "]],
  ["[type=range]", [...SIDES, "Home", "End"]],
  ["[data-scrolls=sideways]", SIDES],
];

const REPORT_MS = 250; // how often Python hears of the position while playing

// A number with its name.
export function counter(parent, label, kind = null) {
  const box = html("div", { class: kind }, parent);
  html("span", {}, box, label);
  return html("b", {}, box);
}

// What plays a story that Python has sent: buttons, speed, keys, and the position that both sides know.
//   buttons: name → [what it does, its icon]     keys: key → what it does
//   position(), first(), last(): where it stands, where the story begins, and its end
//   load(): another story is here                jump(position): show that place of it
//   play(): go on from here                      refresh(): show the buttons and the text anew
export function player(model, view, { buttons, keys, position, first = () => 0, last, load, jump, play, refresh }) {
  const { root, words, listen, on } = view;
  const bar = html("div", { class: "controls", role: "toolbar", "aria-label": words.name }, root);
  const nodes = {};
  for (const [name, [run, picture = name]] of Object.entries(buttons)) {
    const node = html("button", { type: "button", class: name }, bar);
    icon(picture, node);
    html("span", {}, node, words[name]);
    if (name !== "play") node.setAttribute("title", words[name]);
    listen(node, "click", () => {
      if (node.getAttribute("aria-disabled") !== "true") run();
    });
    nodes[name] = node;
  }
  const speeds = model.get("speeds");
  const label = html("label", { class: "speed" }, bar);
  html("span", {}, label, words.speed);
  const range = { type: "range", min: 0, max: speeds.length - 1, step: 1, "aria-label": words.speed };
  const speed = html("input", range, label);
  const speedValue = html("output", {}, label);
  let epoch = -1; // which story this is
  let reported = 0;

  function send(name, value) {
    model.set(name, value);
    model.save_changes();
  }

  function report(now = !model.get("playing")) {
    const time = performance.now();
    if (!now && time - reported < REPORT_MS) return;
    reported = time;
    const [e, p] = model.get("_arrived");
    if (e !== epoch || p !== position()) send("_arrived", [epoch, position()]);
  }

  // off: name of a button → whether it has nothing to do
  function show(off) {
    for (const [name, idle] of Object.entries(off)) nodes[name].setAttribute("aria-disabled", idle);
    const playing = String(model.get("playing"));
    if (nodes.play.dataset.playing !== playing) {
      nodes.play.dataset.playing = playing;
      nodes.play.firstChild.replaceWith(icon(model.get("playing") ? "pause" : "play", null));
      setText(nodes.play.lastChild, model.get("playing") ? words.pause : words.play);
    }
    speed.value = speeds.indexOf(model.get("speed"));
    const shown = fill(words.speed_value, { speed: model.get("speed") });
    setText(speedValue, shown);
    speed.setAttribute("aria-valuetext", shown);
  }

  function tell(node, text) {
    node.setAttribute("aria-live", model.get("playing") ? "off" : "polite");
    setText(node, text);
  }

  function stop() {
    if (model.get("playing")) send("playing", false);
  }

  function begin() {
    if (model.get("epoch") === epoch) return;
    epoch = model.get("epoch");
    load();
    const [seenEpoch, seen] = model.get("_arrived");
    const [goalEpoch, goal] = model.get("_goto");
    jump(seenEpoch === epoch ? seen : goalEpoch === epoch ? goal : first());
    if (model.get("playing")) play();
  }

  listen(speed, "input", () => send("speed", speeds[Number(speed.value)]));
  listen(root, "keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    if (OWN.some(([names, own]) => own.includes(event.key) && event.target.matches(names))) return;
    event.preventDefault();
    act();
  });
  on(["epoch"], view.painter(begin));
  on(["playing"], () => {
    if (!model.get("playing")) report();
    else {
      if (position() >= last()) jump(first());
      play();
    }
    refresh();
  });
  on(["speed"], () => {
    refresh();
    if (model.get("playing")) play();
  });
  on(["_goto"], () => {
    const [e, p] = model.get("_goto");
    if (e === epoch) jump(p);
  });
  return {
    begin,
    report,
    send,
    show,
    stop,
    tell,
    current: () => model.get("epoch") === epoch,
    toggle: () => send("playing", !model.get("playing")),
  };
}
