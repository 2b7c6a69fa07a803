import { fill, html, mount, setText, svg } from "../../components/common.js";
import { toward } from "./network_layout.js";
import { paintLegend, paintTables, signsInUse } from "./network_legend.js";
import { itemMenu } from "./network_menu.js";
import { paintScene, sceneLayers } from "./network_paint.js";
import { scene } from "./network_scene.js";
import { joined } from "./network_signs.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function render({ model, el }) {
  const view = mount(model, el, "network");
  const { root, words, say, listen, on } = view;
  const title = html("h3", {}, root);
  const says = html("p", { class: "says", role: "status", "aria-live": "polite" }, root);
  const plot = svg("svg", { class: "plot", role: "group" }, root);
  const layers = sceneLayers(plot);
  const callout = html("div", { class: "callout", "aria-hidden": "true", hidden: "" }, root);
  const legend = html("div", { class: "legend", role: "group", "aria-label": words.legend }, root);
  const details = html("details", {}, root);
  html("summary", {}, details, words.table);
  const tables = html("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": words.table }, details);
  const menu = itemMenu(view, ({ item, id }, action) => {
    model.set("asked", { item, id, action: action.id, count: (model.get("asked")?.count ?? 0) + 1 });
    model.save_changes();
  });

  let items = []; // nodes, then links, as they stand on the map
  let current = null; // the key of the item that Tab comes to
  let shown = null; // the key of the item whose callout is open
  let signs = "";

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
    const size = { ...room, tallest: model.get("height") * room.font };
    const placed = traits.nodes.length ? scene(traits, size, words, describe) : null;
    items = placed ? [...placed.nodes, ...placed.links] : [];
    if (!items.some(({ key }) => key === current)) current = items[0]?.key ?? null;

    setText(title, model.get("title"));
    title.hidden = !model.get("title");
    setText(says, model.get("summary"));
    root.setAttribute("aria-label", `${words.name}. ${model.get("title")}`.trim());
    plot.setAttribute("aria-label", `${model.get("summary")} ${words.keys}`);
    plot.style.display = placed ? "" : "none";
    details.hidden = !placed;
    paintScene(layers, placed, current);
    const open = menu.open();
    menu.refresh(open && items.find(({ key }) => key === open.key));
    showCallout(items.some(({ key }) => key === shown) ? shown : null);
    const use = signsInUse(traits, placed);
    if (JSON.stringify(use) !== signs) paintLegend(legend, use, words);
    signs = JSON.stringify(use);
    paintTable();
  }

  function paintTable() {
    if (details.open) paintTables(tables, data(), words, { percent: view.percentShort, name: linkName });
    else tables.replaceChildren();
  }

  // A place on the map, as the card counts.
  function onCard({ x, y, reach }) {
    const [card, box] = [root.getBoundingClientRect(), plot.getBoundingClientRect()];
    return {
      x: x + box.left - card.left - root.clientLeft,
      y: y + box.top - card.top - root.clientTop,
      clear: reach + 10,
    };
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
    nodeOf(item).focus();
  }

  function toggle(item) {
    showCallout(null);
    goTo(item);
    menu.toggle(nodeOf(item), item, onCard(item));
  }

  // What there is no room for on the map stands beside the item under the mouse or the focus.
  function showCallout(key) {
    const item = items.find((one) => one.key === key);
    shown = item?.key ?? null;
    callout.hidden = !item?.more || menu.isOpen();
    if (callout.hidden) return;
    setText(callout, item.told);
    const { x, y, clear } = onCard(item);
    const [w, h] = [callout.offsetWidth, callout.offsetHeight];
    const into = (value, length, room) => Math.max(4, Math.min(value, room - length - 4));
    const sides = [
      [-w / 2, -clear - h],
      [-w / 2, clear],
      [clear, -h / 2],
      [-clear - w, -h / 2],
      [0, -clear - h],
      [-w, -clear - h],
      [0, clear],
      [-w, clear],
    ];
    const places = sides
      .map(([dx, dy]) => [x + dx, y + dy])
      .map(([left, top]) => [into(left, w, root.clientWidth), into(top, h, root.clientHeight)]);
    const spots = items.filter((one) => one.item === "node" || one === item).map(onCard);
    const hides = ([left, top]) =>
      spots.filter((spot) => spot.x > left - 15 && spot.x < left + w + 15 && spot.y > top - 15 && spot.y < top + h + 15)
        .length;
    const [left, top] = places.reduce((best, place) => (hides(place) < hides(best) ? place : best));
    callout.style.left = `${left}px`;
    callout.style.top = `${top}px`;
  }

  listen(plot, "click", (event) => {
    const item = itemAt(event.target);
    if (item) toggle(item);
  });
  listen(plot, "keydown", (event) => {
    const item = itemAt(event.target);
    if (!item) return;
    const at = items.indexOf(item);
    const moves = { Home: items[0], End: items.at(-1), PageDown: items[at + 1], PageUp: items[at - 1] };
    if (event.key in ARROWS) goTo(toward(items, item, ARROWS[event.key]));
    else if (event.key in moves) goTo(moves[event.key]);
    else if (event.key === "Enter" && event.shiftKey) return;
    else if (event.key === "Enter" || event.key === " ") toggle(item);
    else if (event.key === "Escape") showCallout(null);
    else return;
    event.preventDefault();
  });
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
  const repaint = view.painter(paint);
  listen(details, "toggle", paintTable);
  on(["title", "summary", "nodes", "links", "routes", "step", "height", "projector"], repaint);
  paint();
  view.narrowBelow(32, repaint);
  return view.cleanup;
}

export default { render };
