import { fill, html, mount, setText, svg } from "../../components/common.js";
import { standBeside } from "./network_cards.js";
import { toward } from "./network_layout.js";
import { paintLegend, paintTables, signsInUse } from "./network_legend.js";
import { ARROWS, mapLens } from "./network_lens.js";
import { itemMenu } from "./network_menu.js";
import { paintScene, sceneLayers } from "./network_paint.js";
import { sceneHeight } from "./network_room.js";
import { sceneOf } from "./network_scene.js";
import { joined } from "./network_signs.js";

const BELOW = 5; // lines by which what stands below a map may change

function render({ model, el }) {
  const view = mount(model, el, "network");
  const { root, words, say, listen, on } = view;
  const head = html("div", { class: "head" }, root);
  const title = html("h3", {}, head);
  const says = html("p", { class: "says", role: "status", "aria-live": "polite" }, head);
  const frame = html("div", { class: "window" }, root);
  const plot = svg("svg", { class: "plot", role: "group", tabindex: -1 }, frame);
  const layers = sceneLayers(plot);
  const repaint = view.painter(paint);
  const lens = mapLens(view, frame, plot, repaint);
  const callout = html("div", { class: "callout", "aria-hidden": "true", hidden: "" }, root);
  const below = html("div", { class: "below" }, root);
  const hint = html("p", { class: "hint" }, below);
  const ways = html("div", { class: "legend ways" }, below);
  const [signs, details] = [words.legend, words.table].map((text) => {
    const box = html("details", {}, below);
    html("summary", {}, box, text);
    return box;
  });
  const legend = html("div", { class: "legend", role: "group", "aria-label": words.legend }, signs);
  const tables = html("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": words.table }, details);
  const menu = itemMenu(view, stand, ({ item, id }, action) => {
    model.set("asked", { item, id, action: action.id, count: (model.get("asked")?.count ?? 0) + 1 });
    model.save_changes();
  });

  const scene = sceneOf(words, describe);
  let items = []; // nodes, then links, as they stand on the map
  let current = null; // the key of the item that Tab comes to
  let shown = null; // the key of the item whose callout is open
  let sought = null; // the key of the item that is to be moved into sight
  let [inUse, network] = ["", ""]; // what the legend explains, and which nodes there are
  let held = {}; // of a card and network: whether names stand alone for the rates, and whether these had no room

  const data = () => Object.fromEntries(["nodes", "links", "routes", "step"].map((name) => [name, model.get(name)]));
  const linkName = ({ a, b }) => say("link_name", { a, b });
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  function describe(kind, one) {
    if (kind === "node") {
      const head = say("item_node", { kind: words[`kind_${one.kind}`], name: one.id });
      const told = joined(
        head,
        words[`state_${one.state}`],
        one.end && words[`end_${one.end}`],
        one.knows && words.knows,
        one.note,
      );
      return { key: `node ${one.id}`, item: kind, told: capital(told), menu: say("node_menu", { name: one.id }) };
    }
    const pool =
      one.level != null && say("pool", { percent: fill(words.percent, { value: Math.round(100 * one.level) }) });
    const told = joined(
      say("item_link", { name: linkName(one) }),
      words[`link_${one.state}`],
      one.label,
      pool,
      one.note,
    );
    return { key: `link ${one.id}`, item: kind, told: capital(told), menu: say("link_menu", { name: linkName(one) }) };
  }

  function paint() {
    const traits = data();
    const room = view.room();
    view.hasRoom(); // if there is none now, all is painted again when there is
    const there = traits.nodes.length > 0;
    const nodes = JSON.stringify(traits.nodes.map(({ id, x, y }) => [id, x, y]));
    if (nodes !== network) lens.whole(); // another network
    network = nodes;
    frame.hidden = !there;
    if (there) frame.style.flexBasis = `${sceneHeight(traits.nodes, room, model.get("height") * room.font)}px`;
    const size = { ...room, width: frame.clientWidth, height: frame.clientHeight };
    const card = [root.clientWidth, room.font, nodes].join();
    if (card !== held.card || Math.abs(root.clientHeight - held.height) > BELOW * room.font)
      held = { card, height: root.clientHeight, brief: null, unrated: false };
    const placed = there ? scene(traits, size, lens.seen, held.brief) : null;
    items = placed ? [...placed.nodes, ...placed.links] : [];
    if (!items.some(({ key }) => key === current)) current = items[0]?.key ?? null;

    setText(title, model.get("title"));
    title.hidden = !model.get("title");
    setText(says, model.get("summary"));
    root.setAttribute("aria-label", `${words.name}. ${model.get("title")}`.trim());
    plot.setAttribute("aria-label", `${model.get("summary")} ${words.keys}`);
    below.hidden = !there;
    for (const side of ["left", "top"]) frame.classList.toggle(side, Boolean(placed?.corner[side]));
    if (placed?.brief) held.brief = placed.rated; // what it says below takes room: that must not change it again
    held.unrated ||= there && !placed.rated;
    const acts = items.some(({ actions }) => actions.length > 0);
    setText(hint, [acts ? words.hint : "", held.unrated ? words.hint_rates : ""].join(" ").trim());
    hint.hidden = !hint.textContent;
    paintScene(layers, placed, current);
    const found = items.find(({ key }) => key === sought);
    if (found) lens.show(found, 24);
    sought = null;
    menu.refresh(items.find(({ key }) => key === menu.open()?.key));
    showCallout(items.some(({ key }) => key === shown) ? shown : null);
    const use = signsInUse(traits, placed);
    if (JSON.stringify(use) !== inUse) paintLegend(legend, ways, use, words);
    inUse = JSON.stringify(use);
    paintTable();
  }

  function paintTable() {
    if (details.open) paintTables(tables, data(), words, { percent: view.percentShort, name: linkName });
    else tables.replaceChildren();
  }

  // Put a card beside an item. Places on the map are counted from the frame, those of cards from the root.
  function stand(box, item) {
    const { offsetLeft: left, offsetTop: top } = frame;
    const moved = ({ x, y }) => ({ x: x + left, y: y + top });
    const onCard = ({ reach, item: kind, ...spot }) => ({ ...moved(spot), own: kind === "node" ? reach : 13 });
    const nameOf = (one) => {
      const { rect } = one.label ?? one.label_at ?? {};
      return rect && { x0: rect.x0 + left, x1: rect.x1 + left, y0: rect.y0 + top, y1: rect.y1 + top };
    };
    const others = items.filter((one) => one !== item);
    const [nodes, links] = ["node", "link"].map((kind) => others.filter((one) => one.item === kind));
    const { offsetLeft: x0, offsetTop: y0, offsetWidth: wide, offsetHeight: high } = title;
    const covered = {
      others: nodes.map(onCard),
      names: [{ x0, y0, x1: x0 + wide, y1: y0 + high }, ...nodes.flatMap((one) => nameOf(one) ?? [])],
      lines: links.map(({ line }) => line.map(moved)),
    };
    const at = { ...onCard(item), line: item.line?.map(moved), name: nameOf(item), clear: item.reach + 10 };
    const room = { width: root.clientWidth, height: root.clientHeight };
    // as it is, or flat, above or below the item
    const places = [false, true].map((flat) => {
      box.classList.toggle("wide", flat);
      const size = { width: box.offsetWidth, height: box.offsetHeight };
      return { flat, ...standBeside(at, covered, size, room) };
    });
    const place = places[1].cost < places[0].cost ? places[1] : places[0];
    box.classList.toggle("wide", place.flat);
    box.style.left = `${place.left}px`;
    box.style.top = `${place.top}px`;
  }

  const itemAt = (target) => {
    const key = target.closest?.("[data-item]")?.dataset.key;
    return items.find((one) => one.key === key);
  };
  const nodeOf = (item) => layers.nodeOf(item.key);

  function goTo(item) {
    if (!item) return;
    current = item.key;
    for (const one of items) nodeOf(one)?.setAttribute("tabindex", one.key === current ? 0 : -1);
    nodeOf(item).focus({ preventScroll: true });
    sought = item.key;
    repaint();
  }

  function toggle(item) {
    showCallout(null);
    goTo(item);
    menu.toggle(nodeOf(item), item);
  }

  // What there is no room for on the map stands beside the item under the mouse or the focus.
  function showCallout(key) {
    const item = items.find((one) => one.key === key);
    shown = item?.key ?? null;
    callout.hidden = !item?.more || menu.isOpen();
    if (callout.hidden) return;
    setText(callout, item.told);
    stand(callout, item);
  }

  listen(plot, "click", (event) => {
    const item = itemAt(event.target);
    if (item) toggle(item);
  });
  listen(plot, "keydown", (event) => {
    const item = itemAt(event.target);
    if (onItem(event, item ?? items.find(({ key }) => key === current), Boolean(item))) event.preventDefault();
  });
  // Do what a key asks for, and say whether it asked for anything.
  function onItem(event, item, isThere) {
    const at = items.indexOf(item);
    const moves = { Home: items[0], End: items.at(-1), PageDown: items[at + 1], PageUp: items[at - 1] };
    const next = isThere && event.key in ARROWS && toward(items, item, ARROWS[event.key]);
    if (next) goTo(next);
    else if (event.key in ARROWS && !isThere && lens.seen.zoom === 1) goTo(item);
    else if (event.key in moves) goTo(moves[event.key]);
    else if (event.key === "Enter" && event.shiftKey) return false;
    else if (event.key === "Enter" || event.key === " ") isThere ? toggle(item) : goTo(item);
    else if (event.key === "Escape") showCallout(null);
    else return lens.key(event);
    return true;
  }
  listen(plot, "pointerover", (event) => {
    if (event.pointerType === "mouse") showCallout(itemAt(event.target)?.key);
  });
  listen(plot, "pointerleave", () => showCallout(null));
  // Heard at the root: an SVG element that listens to focus would be a stop of Tab itself.
  listen(root, "focusin", ({ target }) => {
    if (plot.contains(target) && target.matches(":focus-visible")) showCallout(itemAt(target)?.key);
  });
  listen(root, "focusout", ({ target }) => {
    if (plot.contains(target)) showCallout(null);
  });
  listen(details, "toggle", paintTable);
  on(["title", "summary", "nodes", "links", "routes", "step", "height", "projector"], repaint);
  view.narrowBelow(32);
  view.onResize(frame, repaint);
  paint();
  return view.cleanup;
}

export default { render };
