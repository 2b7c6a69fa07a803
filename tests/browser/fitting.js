// What a reader can see, measured in the page and in its pixels: window.fitting.
(() => {
  const SLACK = 1; // pixels that letters may share or leave: their edges lie between pixels
  const GRID = [0.04, 0.3, 0.5, 0.7, 0.96]; // where in a box it is tried whether something covers it
  const EMPTY = 0.5; // the least share of a card's height that should hold something
  const TALL = 160; // pixels of a card below which it may be as empty as it likes
  const TRACK = 60; // pixels that a slider needs to be moved on
  const SMALLEST = 0.64; // the least size of letters, as a share of those of the panel
  const PLOT = 0.33; // the least share of its tab that a plot should have of the height
  const [ROOM, ROOMY] = [250, 26]; // px high, letters wide: with less, names stand below what is shown first
  const MAP = 0.45; // the least share of its window that the nodes of a map should span in height
  const BROAD = 42; // letters: in a panel as wide as this tabs stand in one row
  const SHAPES = "path, rect, circle, ellipse, line, polyline, polygon, image";

  const boxOf = ({ left, top, right, bottom }) => ({ left, top, right, bottom });
  const width = (box) => Math.max(0, box.right - box.left);
  const height = (box) => Math.max(0, box.bottom - box.top);
  const area = (box) => width(box) * height(box);
  const meet = (one, other) => ({
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  });
  const join = (one, other) => ({
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  });
  const screen = () => ({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
  const visible = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  // read out, not drawn
  const unseen = (element) => getComputedStyle(element).clipPath === "inset(50%)";
  const spoken = (element) => element.closest(".qk-hidden, mjx-assistive-mml") !== null || unseen(element);

  function named(element) {
    const all = (element.getAttribute("class") || "").split(/\s+/).filter(Boolean);
    const ours = all.filter((name) => name.startsWith("qk"));
    return [element.tagName.toLowerCase(), ...(ours.length ? ours : all.slice(0, 3))].join(".");
  }

  // Where an element lets its content be seen; null if it cuts nothing off.
  function openingOf(element) {
    if (element === document.body || element === document.documentElement) return null;
    const inSvg = element instanceof SVGElement;
    if (inSvg && element.tagName !== "svg") return clipped(element);
    const { overflowX, overflowY } = getComputedStyle(element);
    if (overflowX === "visible" && overflowY === "visible") return null;
    const outer = element.getBoundingClientRect();
    const box = boxOf(outer);
    if (!inSvg) {
      box.left += element.clientLeft;
      box.top += element.clientTop;
      box.right = box.left + element.clientWidth;
      box.bottom = box.top + element.clientHeight;
    }
    const scrolls = (how) => how === "auto" || how === "scroll";
    if (overflowX === "visible") Object.assign(box, { left: -Infinity, right: Infinity });
    if (overflowY === "visible") Object.assign(box, { top: -Infinity, bottom: Infinity });
    return { box, scrollsX: scrolls(overflowX), scrollsY: scrolls(overflowY) };
  }

  function clipped(element) {
    const named = /#([^")]+)/.exec(element.getAttribute("clip-path") || "");
    const shape = named && document.getElementById(named[1])?.firstElementChild;
    return shape ? { box: boxOf(shape.getBoundingClientRect()), scrollsX: false, scrollsY: false } : null;
  }

  function* above(element) {
    for (let node = element; node; node = node.parentElement) yield node;
  }

  // The share of an element that is in view, 0 to 1, and what covers it; "" if nothing does.
  function view(element) {
    const whole = boxOf(element.getBoundingClientRect());
    let seen = meet(whole, screen());
    for (const node of above(element.parentElement)) {
      const opening = openingOf(node);
      if (opening) seen = meet(seen, opening.box);
    }
    if (!visible(element) || area(whole) === 0 || area(seen) === 0) return { share: 0, cover: "" };
    let cover = "";
    for (const down of GRID) {
      for (const along of GRID) {
        const hit = document.elementFromPoint(seen.left + along * width(seen), seen.top + down * height(seen));
        if (hit && !belongs(hit, element)) cover ||= named(hit);
      }
    }
    return { share: area(seen) / area(whole), cover };
  }

  // What a component lays over its own drawing, as buttons to zoom, belongs to it.
  function belongs(hit, element) {
    const component = element.closest(".qk");
    return element.contains(hit) || hit.contains(element) || component?.contains(hit);
  }

  // The pieces of text that are drawn: a box for each line of each text, and the block it belongs to.
  function pieces(panel) {
    const found = [];
    const walk = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walk.nextNode()) {
      const text = walk.currentNode.data.trim();
      const owner = walk.currentNode.parentElement;
      if (!text || owner.closest("option, style, script, title, desc, textarea")) continue;
      if (!visible(owner) || spoken(owner)) continue;
      range.selectNodeContents(walk.currentNode);
      const [block, style] = [blockOf(owner), getComputedStyle(owner)];
      for (const rect of range.getClientRects()) {
        if (area(rect) > 0) found.push({ text, owner, block, box: inked(text, style, boxOf(rect)) });
      }
    }
    return found;
  }

  // The box of a line without what the font keeps free above and below these letters; that of a turned text as it is.
  function inked(text, style, box) {
    const ink = measured(text, style);
    const turned = height(box) > 1.5 * (ink.fontBoundingBoxAscent + ink.fontBoundingBoxDescent);
    if (turned) return box;
    const top = box.top + ink.fontBoundingBoxAscent - ink.actualBoundingBoxAscent;
    return { ...box, top, bottom: box.bottom - ink.fontBoundingBoxDescent + ink.actualBoundingBoxDescent };
  }

  function blockOf(owner) {
    if (owner instanceof SVGElement) return owner.closest("text") || owner;
    for (const node of above(owner)) if (!/^(inline|contents|ruby)$/.test(getComputedStyle(node).display)) return node;
    return owner;
  }

  const short = (text) => `“${text.length > 40 ? `${text.slice(0, 38)}…` : text}”`;

  // Cut a piece down to what its surroundings leave of it; tell if anything but scrolling takes some away.
  function cut(piece, panel, faults) {
    let box = piece.box;
    for (const node of above(piece.owner)) {
      const opening = openingOf(node);
      const card = node === panel || node.classList.contains("qk");
      const { box: frame, scrollsX, scrollsY } = opening || { box: boxOf(node.getBoundingClientRect()) };
      if (opening || card) {
        const along = !scrollsX && (box.left < frame.left - SLACK || box.right > frame.right + SLACK);
        const down = !scrollsY && (box.top < frame.top - SLACK || box.bottom > frame.bottom + SLACK);
        if (along || down) {
          faults.push(`${short(piece.text)} ${opening ? "is cut by" : "leaves"} ${named(node)}`);
          return null;
        }
      }
      if (opening) box = meet(box, frame);
      if (area(box) === 0) return null;
      if (node === panel) break;
    }
    return box;
  }

  // What is wrong with the text of a panel, in words: cut off, outside, one over another.
  function textFaults(panel) {
    const faults = [];
    const drawn = [];
    for (const piece of pieces(panel)) {
      const box = cut(piece, panel, faults);
      if (box) drawn.push({ ...piece, box });
    }
    drawn.sort((one, other) => one.box.top - other.box.top);
    for (const [place, one] of drawn.entries()) {
      for (const other of drawn.slice(place + 1)) {
        if (other.box.top > one.box.bottom) break;
        if (one.block === other.block || stuckOver(one, other) || stuckOver(other, one)) continue;
        const both = meet(one.box, other.box);
        if (width(both) > SLACK && height(both) > SLACK) {
          const size = `${Math.round(width(both))} × ${Math.round(height(both))} px`;
          faults.push(`${short(one.text)} and ${short(other.text)} overlap by ${size} in ${named(other.owner)}`);
        }
      }
    }
    for (const element of panel.querySelectorAll("*")) {
      if (!visible(element) || spoken(element)) continue;
      const tooLong = overfull(element);
      if (tooLong) faults.push(tooLong);
    }
    return [...new Set(faults)];
  }

  // Whether a piece is in what stays where it is, on a ground of its own, while the other goes on below it.
  function stuckOver(one, other) {
    for (const node of above(one.owner)) {
      const { position, backgroundColor } = getComputedStyle(node);
      if (position === "sticky" && !node.contains(other.owner)) return !/, 0\)|transparent/.test(backgroundColor);
      if (node.contains(other.owner)) return false;
    }
    return false;
  }

  function overfull(element) {
    const style = getComputedStyle(element);
    if (element.tagName === "SELECT") {
      const chosen = element.selectedOptions[0]?.text ?? "";
      return measured(chosen, style).width > roomOf(element, style) + 1 ? `${short(chosen)} is cut in its menu` : "";
    }
    if (element.scrollWidth <= element.clientWidth + 1 || element.clientWidth === 0) return "";
    if (element.tagName === "INPUT") return `${short(element.value)} is cut in its field`;
    const words = element.textContent.trim();
    if (/^(hidden|clip)$/.test(style.overflowX) && words) return `${short(words)} is cut by ${named(element)}`;
    if (/^(auto|scroll)$/.test(style.overflowX) && element.dataset.scrolls !== "sideways")
      return `${named(element)} scrolls sideways`;
    return "";
  }

  const roomOf = (element, style) =>
    element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);

  const pen = document.createElement("canvas").getContext("2d");
  const metrics = new Map();

  // Not style.font, which is empty where numerals are tabular.
  function measured(text, { fontStyle, fontWeight, fontSize, fontFamily }) {
    const font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
    const key = `${font} ${text}`;
    if (!metrics.has(key)) {
      pen.font = font;
      metrics.set(key, pen.measureText(text));
    }
    return metrics.get(key);
  }

  // Rows of buttons whose last line holds a single one.
  function loneButtons(panel) {
    const faults = [];
    for (const row of panel.querySelectorAll("*")) {
      const style = getComputedStyle(row);
      if (style.display !== "flex" || style.flexWrap === "nowrap" || style.flexDirection.startsWith("column")) continue;
      const lines = [];
      for (const child of row.children) {
        if (!visible(child) || area(child.getBoundingClientRect()) === 0) continue;
        const { top, bottom } = child.getBoundingClientRect();
        const line = lines.find((other) => top < other.bottom - SLACK && bottom > other.top + SLACK);
        if (line) line.members.push(child);
        else lines.push({ top, bottom, members: [child] });
      }
      const last = lines.at(-1)?.members;
      const alone = lines.length > 1 && last.length === 1 && last[0].tagName === "BUTTON";
      if (alone && lines.some(({ members }) => members.length > 1)) {
        faults.push(`${short(last[0].textContent.trim())} stands alone in the last line of ${named(row)}`);
      }
    }
    return faults;
  }

  // Components that are drawn in a box more than half of which is empty.
  function emptyCards(panel) {
    const faults = [];
    for (const card of panel.querySelectorAll(".qk")) {
      const frame = boxOf(card.getBoundingClientRect());
      if (!visible(card) || height(frame) < TALL) continue;
      let held = null;
      const add = (box) => {
        if (area(box) > 0 || width(box) + height(box) > SLACK) held = held ? join(held, box) : box;
      };
      for (const { box } of pieces(card)) add(box);
      for (const shape of card.querySelectorAll(`${SHAPES}, canvas, img, input, button`)) {
        if (visible(shape) && !shape.closest("defs, .qk-hidden")) add(boxOf(shape.getBoundingClientRect()));
      }
      const share = held ? height(meet(held, frame)) / height(frame) : 0;
      if (share < EMPTY) faults.push(`${named(card)} is filled to ${Math.round(100 * share)} % of its height`);
    }
    return faults;
  }

  // Sliders that have no room to be moved.
  function shortSliders(panel) {
    const tracks = [...panel.querySelectorAll(".noUi-target, input[type=range]")].filter(visible);
    const short = tracks.filter((track) => track.offsetWidth < TRACK);
    return short.map((track) => `${named(track)} is ${track.offsetWidth} px long`);
  }

  // Sliders whose number stands in another line.
  function strayNumbers(panel) {
    const numbers = [...panel.querySelectorAll(".widget-slider > .widget-readout")].filter(visible);
    const boxes = numbers.map((number) => [number, number.parentElement.querySelector(".slider-container")]);
    const stray = boxes.filter(([number, track]) => boxed(number).top >= boxed(track).bottom);
    return stray.map(([number]) => `${short(number.textContent)} stands below its slider`);
  }
  const boxed = (element) => element.getBoundingClientRect();

  const panelOf = (element) => element.closest(".qk-panel") || element;
  const sizeOf = (element) => Number.parseFloat(getComputedStyle(element).fontSize);
  const faceOf = (families) => families.split(",")[0].replace(/["'\s]/g, "");

  // Texts and menus in letters much smaller than the panel's, or of another face; code has a face of its own.
  function letterFaults(panel) {
    const faults = [];
    const usual = getComputedStyle(panelOf(panel));
    const face = faceOf(usual.getPropertyValue("--jp-ui-font-family") || usual.fontFamily);
    const menus = [...panel.querySelectorAll("select, input:not([type=checkbox], [type=range])")].filter(visible);
    const texts = pieces(panel).map(({ owner, text }) => [owner, text]);
    for (const [owner, text] of [...texts, ...menus.map((menu) => [menu, menu.value])]) {
      if (owner.closest("sub, sup, mjx-container")) continue;
      const size = sizeOf(owner);
      if (size < SMALLEST * Number.parseFloat(usual.fontSize)) faults.push(`${short(text)} has letters of ${size} px`);
      const { fontFamily } = getComputedStyle(owner);
      if (faceOf(fontFamily) !== face && !/mono|code|courier/i.test(fontFamily))
        faults.push(`${short(text)} is set in ${faceOf(fontFamily)}`);
    }
    return [...new Set(faults)];
  }

  // Buttons side by side, of letters of different sizes.
  function unevenButtons(panel) {
    const faults = [];
    for (const row of panel.querySelectorAll(".qk-challenge-row, .row")) {
      const buttons = [...row.querySelectorAll("button")].filter(visible);
      const other = buttons.find((button) => sizeOf(button) !== sizeOf(buttons[0]));
      if (other) faults.push(`${short(other.textContent)} is smaller or larger than ${short(buttons[0].textContent)}`);
    }
    return faults;
  }

  // Tabs in more than one row, though the panel is wide.
  function tabFaults(panel) {
    const faults = [];
    for (const bar of panel.querySelectorAll(".lm-TabBar-content")) {
      const [first, ...rest] = [...bar.children].map((tab) => tab.getBoundingClientRect());
      const below = rest.filter(({ top }) => top > first.bottom - SLACK).length;
      const whole = panelOf(bar);
      if (below && whole.clientWidth >= BROAD * sizeOf(whole)) faults.push(`${below} tabs stand in a second row`);
    }
    return faults;
  }

  // Plots and maps that are low in their place, and words of lines across plots that lie on a curve.
  function plotFaults(panel) {
    const faults = [];
    for (const map of [...panel.querySelectorAll(".qk-network .window")].filter(visible)) {
      const nodes = [...map.querySelectorAll(".node .shape")].map((node) => boxOf(node.getBoundingClientRect()));
      const share = nodes.length && height(nodes.reduce(join)) / map.clientHeight;
      if (share && share < MAP) faults.push(`the map has ${Math.round(100 * share)} % of the height of its window`);
    }
    for (const chart of panel.querySelectorAll(".qk-chart")) {
      if (!visible(chart)) continue;
      const room = chart.closest(".widget-tab-contents");
      const share = room && height(chart.querySelector(".frame").getBoundingClientRect()) / room.clientHeight;
      if (share && chart.closest(".qk-fill") && share < PLOT)
        faults.push(`the plot has ${Math.round(100 * share)} % of the height of its tab`);
      const curves = [...chart.querySelectorAll(".curve")].filter((curve) => curve.closest(".plot")).map(dotsOf);
      const names = chart.querySelector(".legend");
      if (names && visible(names) && names.scrollHeight > names.clientHeight + 1)
        faults.push(`the names of curves need ${names.scrollHeight} px and have ${names.clientHeight}`);
      const last = names?.lastElementChild;
      if (
        last &&
        room?.clientHeight >= ROOM &&
        room.clientWidth >= ROOMY * sizeOf(panelOf(chart)) &&
        hidden(last, room)
      )
        faults.push(`${short(last.textContent)}, a name of a curve, is out of view`);
      for (const words of chart.querySelectorAll(".line-text")) {
        const box = words.getBoundingClientRect();
        const hit = ({ x, y }) => x > box.left && x < box.right && y > box.top + SLACK && y < box.bottom - SLACK;
        if (curves.some((dots) => dots.some(hit))) faults.push(`${short(words.textContent)} lies on a curve`);
      }
    }
    return faults;
  }

  const hidden = (element, room) => {
    const [box, frame] = [element.getBoundingClientRect(), room.getBoundingClientRect()];
    return box.height > 0 && box.bottom > frame.bottom - SLACK;
  };

  function dotsOf(path) {
    const onScreen = path.getScreenCTM();
    const steps = Math.ceil(path.getTotalLength() / 6);
    return Array.from({ length: steps }, (_, i) => path.getPointAtLength(6 * i).matrixTransform(onScreen));
  }

  const measures = [
    textFaults,
    loneButtons,
    emptyCards,
    shortSliders,
    strayNumbers,
    letterFaults,
    unevenButtons,
    tabFaults,
    plotFaults,
  ];
  const faults = (panel) => measures.flatMap((measure) => measure(panel));

  // What can be seen of places in a panel, each given by a selector, null for the panel itself; null for what is not
  // there.
  const views = (panel, selectors) =>
    selectors
      .map((selector) => (selector === null ? panel : panel.querySelector(selector)))
      .map((one) => one && view(one));

  async function frames(count) {
    for (let frame = 0; frame < count; frame += 1) await new Promise(requestAnimationFrame);
  }

  // Press a tab, and wait until observers have painted what follows: is it shown?
  async function press(label) {
    const { left, top } = label.getBoundingClientRect();
    const how = { bubbles: true, button: 0, clientX: left + 5, clientY: top + 5 };
    for (const type of ["pointerdown", "pointerup"]) label.dispatchEvent(new PointerEvent(type, how));
    await frames(3);
    return label.getAttribute("aria-selected") === "true";
  }

  // What is wrong with what a tab shows that is pressed.
  async function tab(label, content) {
    if (!(await press(label))) return ["is not shown when its tab is pressed"];
    return faults(label.closest(".qk-panel").querySelector(content));
  }

  window.fitting = { view, views, faults, press, tab, settle: () => frames(3) };
})();
