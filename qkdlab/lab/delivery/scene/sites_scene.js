import { calm, html, mount, setText, svg } from "../../components/common.js";

// How a part or a link does, as a shape: a tick, a triangle, a cross.
const STANDING = {
  good: "M2 8.5l4 4.5 8-10",
  low: "M8 2l7 12H1zM8 6.5v3.5M8 12v.5",
  bad: "M3 3l10 10M13 3L3 13",
};
const EYE = "M1 8c4-6 10-6 14 0-4 6-10 6-14 0zM8 5.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z";
const PARTS = ["encryptor", "kme", "unit"];
const LINKS = ["data", "keys", "quantum"];

function sceneSign(parent, kind) {
  const sign = svg("svg", { class: `sign ${kind}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, parent);
  const path = svg("path", {}, sign);
  return (d) => path.setAttribute("d", d);
}

function partOf(parent, place) {
  const box = html("div", { class: `part ${place}` }, parent);
  const head = html("div", { class: "title" }, box);
  const sign = sceneSign(head, "stands");
  const title = html("b", {}, head);
  const text = html("div", { class: "text" }, box);
  const gauge = html("div", { class: "gauge", "aria-hidden": "true" }, box);
  const fill = html("div", { class: "fill" }, gauge);
  return (told) => {
    box.dataset.state = told.state;
    sign(STANDING[told.state]);
    setText(title, told.title);
    setText(text, told.text);
    gauge.hidden = told.level == null;
    fill.style.width = `${100 * (told.level ?? 0)}%`;
  };
}

function linkOf(parent, place) {
  const box = html("div", { class: `link ${place}` }, parent);
  const text = html("div", { class: "text" }, box);
  const line = html("div", { class: "line", "aria-hidden": "true" }, box);
  html("i", { class: "wire" }, line); // no pseudo-element, which a saved picture would lack
  const sign = sceneSign(line, "stands");
  const packet = html("i", { class: "packet" }, line);
  const note = html("div", { class: "note" }, box);
  const eve = html("div", { class: "eve" }, box);
  sceneSign(eve, "eye")(EYE);
  const does = html("span", {}, eve);
  const paint = (told) => {
    box.hidden = !told;
    if (!told) return;
    box.dataset.state = told.state;
    sign(STANDING[told.state]);
    setText(text, told.text);
    setText(note, told.note);
    setText(does, told.eve);
    eve.hidden = !told.eve;
  };
  return { paint, packet };
}

function render({ model, el }) {
  const view = mount(model, el, "sites");
  const plot = html("div", { class: "plot", role: "img" }, view.root);
  const names = ["alice", "bob"].map((site) => html("h3", { class: `site ${site}` }, plot));
  const parts = ["alice", "bob"].map((site) => PARTS.map((part) => partOf(plot, `${site} ${part}`)));
  const links = LINKS.map((link) => linkOf(plot, link));
  const noted = html("p", { class: "noted", role: "status" }, view.root);
  const foot = html("p", { class: "foot" }, view.root);

  function paint() {
    const sites = model.get("sites");
    const told = model.get("links");
    plot.setAttribute("aria-label", model.get("summary"));
    plot.style.visibility = sites.length ? "" : "hidden";
    sites.forEach((site, at) => {
      setText(names[at], site.name);
      for (const [row, part] of PARTS.entries()) parts[at][row](site[part]);
    });
    for (const [row, link] of LINKS.entries()) links[row].paint(told[link]);
    setText(noted, model.get("noted"));
    setText(foot, model.get("foot"));
  }

  function cross() {
    const { packet } = links[0];
    packet.dataset.rejected = model.get("rejected");
    if (calm()) return;
    const stop = model.get("rejected") ? "50%" : "100%";
    const way = { left: ["0%", stop], opacity: [1, 1] };
    packet.animate(way, { duration: 700, easing: "linear" });
  }

  view.on(["sites", "links", "noted", "foot", "statement", "projector"], view.painter(paint));
  view.on(["beat"], view.painter(cross));
  paint();
  view.narrowBelow(34, paint);
  return view.cleanup;
}

export default { render };
