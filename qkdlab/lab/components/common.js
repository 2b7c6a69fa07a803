// What all components share. Joined into each of them by base.py: no bundler, no network.

const SVG = "http://www.w3.org/2000/svg";

function fillIn(node, attributes, parent, text) {
  for (const [name, value] of Object.entries(attributes)) if (value != null) node.setAttribute(name, value);
  if (text != null) node.textContent = text;
  parent?.append(node);
  return node;
}

export function html(tag, attributes = {}, parent = null, text = null) {
  return fillIn(document.createElement(tag), attributes, parent, text);
}

export function svg(tag, attributes = {}, parent = null, text = null) {
  return fillIn(document.createElementNS(SVG, tag), attributes, parent, text);
}

// Write only what changed: a live region is read aloud on each write.
export function setText(node, text) {
  if (node.textContent !== String(text)) node.textContent = text;
}

export function fill(template, values = {}) {
  return template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

const plain = (value) => value;

// What a curve, given by its points, is worth at `x`: straight between two of them as the axes bend them.
// Null outside of the curve and in its gaps.
export function valueAt(curve, x, bendX = plain, bendY = plain) {
  const after = curve.x.findIndex((one) => one >= x);
  if (after < 0 || x < curve.x[0]) return null;
  const [from, to] = [curve.y[Math.max(0, after - 1)], curve.y[after]];
  if (curve.x[after] === x) return to;
  if (from == null || to == null) return null;
  const [left, here, right] = [curve.x[after - 1], x, curve.x[after]].map(bendX);
  const [low, high] = [from, to].map(bendY);
  if (![left, here, low, high].every(Number.isFinite)) return null;
  const y = low + ((high - low) * (here - left)) / (right - left);
  return bendY === Math.log10 ? 10 ** y : y;
}

// A name for what an SVG refers to: unlike all others in the page.
export const uniqueId = () => `qk-${Math.random().toString(36).slice(2)}`;

// Slanting stripes of class `stripe`, to fill with; `period` is from one to the next.
export function stripes(picture, width, period) {
  const id = uniqueId();
  const turn = { patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  const pattern = svg("pattern", { id, width: period, height: period, ...turn }, svg("defs", {}, picture));
  svg("rect", { class: "stripe", width, height: period }, pattern);
  return `url(#${id})`;
}

// The first cell of a row is its name.
export function fillTable(table, columns, rows, caption = null) {
  table.replaceChildren();
  if (caption) html("caption", {}, table, caption);
  const head = html("tr", {}, html("thead", {}, table));
  for (const column of columns) html("th", { scope: "col" }, head, column);
  const body = html("tbody", {}, table);
  for (const [name, ...rest] of rows) {
    const row = html("tr", {}, body);
    html("th", { scope: "row" }, row, name);
    for (const text of rest) html("td", {}, row, text);
  }
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Plain keys stay in the component: `x` would cut the notebook cell. Shortcuts and Shift+Enter pass.
export function keepKeys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter")) return;
  event.stopPropagation();
}

const PAUSE_MS = 250; // until what nobody sees is painted

// The root of a component, and the bookkeeping that undoes everything when the view goes. A click on it gives it the
// focus (`tabindex`), so that keys go to it and not to the notebook: `d d` would delete the cell.
export function mount(model, el, kind) {
  const words = model.get("words");
  const root = html("section", { class: `qk qk-${kind}`, role: "group", "aria-label": words.name, tabindex: -1 }, el);
  const undo = [() => root.remove()];
  const listen = (target, type, run, options) => {
    target.addEventListener(type, run, options);
    undo.push(() => target.removeEventListener(type, run, options));
  };
  const on = (names, run) => {
    for (const name of names) {
      model.on(`change:${name}`, run);
      undo.push(() => model.off(`change:${name}`, run));
    }
  };
  const onResize = (node, run) => {
    const observer = new ResizeObserver(run);
    observer.observe(node);
    undo.push(() => observer.disconnect());
  };
  // To measure makes the browser lay the page out, so that it is done once for each size and each kind of letters.
  const measured = new Map(); // node → its inner size, null until it is asked for again
  let letters = null;
  const measuring = new ResizeObserver((changes) => {
    for (const { target } of changes) measured.set(target, null);
    letters = null;
  });
  undo.push(() => measuring.disconnect());
  const sizeOf = (node) => {
    if (!measured.has(node)) measuring.observe(node);
    const size = measured.get(node) ?? { width: node.clientWidth, height: node.clientHeight };
    measured.set(node, size.width ? size : null);
    return size;
  };
  const lettersOf = () => {
    const style = getComputedStyle(root);
    const number = (name, otherwise) => parseFloat(style.getPropertyValue(name)) || otherwise;
    return {
      padding: number("padding-left", 0) + number("padding-right", 0),
      font: number("font-size", 15),
      small: number("--qk-small", 14),
      k: number("--qk-k", 1),
      family: style.fontFamily,
    };
  };
  let roomy = null; // not known until the first paint
  const looks = []; // told of another size, before anything is painted
  const missed = new Set(); // paints that found no room
  const sizes = new ResizeObserver(() => {
    roomy = root.clientWidth > 0;
    if (!roomy) return;
    for (const look of looks) look();
    for (const paint of missed) paint();
  });
  sizes.observe(root);
  undo.push(() => sizes.disconnect());
  // Whether there is room: none in a tab that is not seen, nor while JupyterLab takes a notebook apart, as it does when
  // its theme changes.
  const hasRoom = () => {
    roomy = root.clientWidth > 0;
    if (roomy) return true;
    sizes.unobserve(root);
    sizes.observe(root); // begins anew: it tells of the next room, even of the same size
    return false;
  };
  // Many traits change in one message; paint once, in the next frame. What there is no room for is painted when the
  // changes pause, and once more when it comes to the front, in the frame that shows it.
  const painter = (paint) => {
    let frame = 0;
    let pause = 0;
    let painted = false;
    const rest = () => {
      cancelAnimationFrame(frame);
      clearTimeout(pause);
      frame = pause = 0;
    };
    const now = () => {
      rest();
      missed.delete(now);
      paint();
      painted = true;
      if (!(roomy ?? hasRoom())) missed.add(now);
    };
    const next = () => {
      if (roomy !== false || !painted) return now();
      rest();
      missed.add(now);
      pause = setTimeout(now, PAUSE_MS);
    };
    undo.push(rest);
    return () => {
      frame ||= requestAnimationFrame(next);
    };
  };
  // The width inside of the root in pixels, its letters, the factors of its lines and shapes.
  const room = () => {
    const { width } = sizeOf(root);
    if (!width) hasRoom();
    const { padding, ...rest } = letters ?? lettersOf();
    if (width) letters ??= { padding, ...rest };
    return { width: Math.max(200, width - padding), ...rest };
  };
  // Class `qk-narrow` while the component is narrower than `em` letters: a second, stacked layout.
  const narrowBelow = (em, then = () => {}) => {
    let seen = ""; // a new height alone is no reason to draw anew
    const look = () => {
      const { font } = room();
      const now = `${root.clientWidth} ${font}`;
      if (now === seen) return;
      seen = now;
      root.classList.toggle("qk-narrow", root.clientWidth > 0 && root.clientWidth < em * font);
      then();
    };
    looks.push(look);
    look();
  };
  // Hear the controls that the trait `followed` names, in the page, without the kernel: run(name, value, step),
  // where a control that is switched off has no value.
  // The controls keep no ear after the view has gone.
  const follow = (run) => {
    let gone = false;
    undo.push(() => {
      gone = true;
    });
    for (const [name, reference] of Object.entries(model.get("followed"))) {
      model.widget_manager.get_model(reference.replace("IPY_MODEL_", "")).then((control) => {
        if (gone) return;
        const told = () => run(name, control.get("disabled") ? null : control.get("value"), control.get("step"));
        for (const news of ["change:value", "change:disabled"]) {
          control.on(news, told);
          undo.push(() => control.off(news, told));
        }
        told();
      });
    }
  };
  // Whether the place that a component stands in says how high it is (class `qk-fill`).
  const fills = () => getComputedStyle(root).getPropertyValue("--qk-fill").trim() === "1";
  const staleNote = words.stale && html("div", { class: "stale-note" }, root);
  const age = () => {
    root.classList.toggle("qk-stale", model.get("stale"));
    if (staleNote) setText(staleNote, model.get("stale") ? words.stale : "");
  };
  on(["stale"], age);
  age();
  const project = () => {
    root.classList.toggle("qk-projector", model.get("projector"));
    letters = null;
  };
  listen(root, "keydown", keepKeys);
  on(["projector"], project);
  project();

  const integer = new Intl.NumberFormat(words.locale);
  const tenth = new Intl.NumberFormat(words.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const short = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 1 });
  const digits = new Intl.NumberFormat(words.locale, { maximumSignificantDigits: 2 });
  const small = (share) => share > 1e-12 && share < 0.001; // one decimal would call it nothing
  return {
    root,
    words,
    listen,
    on,
    painter,
    undo,
    onResize,
    room,
    narrowBelow,
    follow,
    fills,
    sizeOf,
    hasRoom,
    say: (name, values) => fill(words[name], values),
    count: (value) => integer.format(value),
    percent: (share) => fill(words.percent, { value: (small(share) ? digits : tenth).format(100 * share) }),
    percentShort: (share) => fill(words.percent, { value: (small(share) ? digits : short).format(100 * share) }),
    cleanup: () => {
      for (const step of undo.splice(0).reverse()) step();
    },
  };
}

const ICONS = {
  play: "M3 1.5v13l11-6.5z",
  pause: "M3 2h3.6v12H3zM9.4 2H13v12H9.4z",
  step: "M2 2v12l8-6zM11 2h3v12h-3z",
  first: "M15 2v12L9.5 8zM9 2v12L3.5 8zM3 2H1v12h2z",
  last: "M1 2v12l5.5-6zM7 2v12l5.5-6zM13 2h2v12h-2z",
  back: "M14 2v12L6 8zM5 2H2v12h3z",
  flash: "M7 0h2v5H7zM7 11h2v5H7zM0 7h5v2H0zM11 7h5v2h-5zM3 4l1-1 2 2-1 1zM10 11l1-1 2 2-1 1zM3 12l2-2 1 1-2 2z",
  cross: "M2 4.1L4.1 2 8 5.9 11.9 2 14 4.1 10.1 8l3.9 3.9-2.1 2.1L8 10.1 4.1 14 2 11.9 5.9 8z",
  restart: "M8 2.2A5.8 5.8 0 1 1 2.6 6h2.2A3.8 3.8 0 1 0 8 4.2V7L3.6 3.2 8 0z",
};

export function icon(name, parent) {
  const box = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, parent);
  svg("path", { d: ICONS[name] }, box);
  return box;
}
