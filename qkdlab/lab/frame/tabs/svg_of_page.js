// What a part of the page shows, as one SVG picture that needs neither its styles nor a browser: boxes become
// rectangles, each line of text a <text>, and drawings are copied with the styles that they have here.

const SPACE = "http://www.w3.org/2000/svg";
const LEFT_OUT =
  "button, input, select, textarea, details, label, .qk-hidden, .zoom, .controls, .stale-note, .hint, .readout.none";
const STYLES = [
  ...["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin"],
  ...["stroke-opacity", "opacity", "paint-order", "text-anchor", "font-family", "font-size", "font-weight"],
  ...["font-style", "visibility", "display", "transform", "transform-origin"],
];
const DEFAULTS = { opacity: "1", "fill-opacity": "1", "stroke-opacity": "1", transform: "none", display: "inline" };
const COLOURS = new Set(["fill", "stroke"]);

const inks = new Map();
const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

// A colour as every viewer knows it; null for none.
function plainColour(value) {
  if (!value || value === "none" || value.startsWith("url(")) return value;
  if (!inks.has(value)) {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = value;
    brush.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
    inks.set(value, a ? { colour: `rgb(${r},${g},${b})`, opacity: a / 255 } : { colour: "none", opacity: 0 });
  }
  return inks.get(value).colour;
}
const opacityOf = (value) => (plainColour(value) === "none" ? 0 : inks.get(value).opacity);

function put(parent, tag, attributes, text) {
  const node = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) node.setAttribute(name, value);
  if (text != null) node.textContent = text;
  parent.append(node);
  return node;
}

const rounded = (value) => Math.round(100 * value) / 100;

export function svgOfPage(root, background) {
  const origin = root.getBoundingClientRect();
  const size = { width: Math.ceil(Math.max(origin.width, root.scrollWidth)), height: 0 };
  const picture = document.createElementNS(SPACE, "svg");
  let lowest = 0;

  const at = ({ x, y, width, height }) => {
    lowest = Math.max(lowest, y - origin.y + height);
    return { x: rounded(x - origin.x), y: rounded(y - origin.y), width: rounded(width), height: rounded(height) };
  };

  function drawBox(node, style, parent) {
    const box = at(node.getBoundingClientRect());
    if (!box.width && !box.height) return;
    const fill = style.backgroundColor;
    const rx = parseFloat(style.borderTopLeftRadius) || null;
    if (opacityOf(fill)) put(parent, "rect", { ...box, rx, fill: plainColour(fill), "fill-opacity": opacityOf(fill) });
    const sides = ["Top", "Right", "Bottom", "Left"].map((side) => ({
      width: style[`border${side}Style`] === "none" ? 0 : parseFloat(style[`border${side}Width`]),
      colour: style[`border${side}Color`],
      dashes: { dashed: "6 4", dotted: "2 3" }[style[`border${side}Style`]],
    }));
    const [first] = sides;
    if (first.width && sides.every(({ width, colour }) => width === first.width && colour === first.colour)) {
      if (!opacityOf(first.colour)) return;
      const half = first.width / 2;
      const frame = { x: box.x + half, y: box.y + half, width: box.width - 2 * half, height: box.height - 2 * half };
      put(parent, "rect", {
        ...frame,
        rx,
        fill: "none",
        stroke: plainColour(first.colour),
        "stroke-width": first.width,
      });
      return;
    }
    const { x, y, width: w, height: h } = box;
    const [top, right, bottom, left] = sides;
    for (const [side, line] of [
      [top, { x1: x, x2: x + w, y1: y + top.width / 2, y2: y + top.width / 2 }],
      [right, { x1: x + w - right.width / 2, x2: x + w - right.width / 2, y1: y, y2: y + h }],
      [bottom, { x1: x, x2: x + w, y1: y + h - bottom.width / 2, y2: y + h - bottom.width / 2 }],
      [left, { x1: x + left.width / 2, x2: x + left.width / 2, y1: y, y2: y + h }],
    ]) {
      const looks = { stroke: plainColour(side.colour), "stroke-width": side.width, "stroke-dasharray": side.dashes };
      if (side.width && opacityOf(side.colour)) put(parent, "line", { ...line, ...looks });
    }
  }

  function drawText(node, style, parent) {
    const keeps = style.whiteSpace.startsWith("pre");
    const range = document.createRange();
    const lines = [];
    const boxesOf = (start, end) => {
      range.setStart(node, start);
      range.setEnd(node, end);
      return [...range.getClientRects()].filter(({ width }) => width);
    };
    function add(text, [rect], gap) {
      const last = lines.at(-1);
      if (!keeps && last && Math.abs(last.y - rect.y) < 2 && rect.x >= last.right - 1) {
        last.text += gap + text;
        last.right = rect.right;
      } else lines.push({ text, x: rect.x, y: rect.y, right: rect.right, height: rect.height });
    }
    for (const { 0: word, index } of node.data.matchAll(keeps ? /[^\n]+/g : /\S+/g)) {
      const boxes = boxesOf(index, index + word.length);
      if (boxes.length === 1) add(word, boxes, " ");
      if (boxes.length < 2) continue;
      let place = index; // a word that is broken, as at a hyphen: letter by letter
      for (const letter of word) {
        const box = boxesOf(place, place + letter.length);
        if (box.length) add(letter, box, place === index ? " " : "");
        place += letter.length;
      }
    }
    brush.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = brush.measureText("x");
    for (const { text, x, y, right, height } of lines) {
      const spot = at({ x, y, width: right - x, height });
      const attributes = {
        x: spot.x,
        y: rounded(spot.y + (height - up - down) / 2 + up),
        fill: plainColour(style.color),
        "font-family": style.fontFamily,
        "font-size": style.fontSize,
        "font-weight": style.fontWeight,
        "xml:space": keeps ? "preserve" : null,
        textLength: spot.width,
      };
      put(parent, "text", attributes, style.textTransform === "uppercase" ? text.toUpperCase() : text);
    }
  }

  function drawSvg(node, parent) {
    const copy = node.cloneNode(true);
    const copies = [copy, ...copy.querySelectorAll("*")];
    [node, ...node.querySelectorAll("*")].forEach((one, i) => {
      const style = getComputedStyle(one);
      for (const name of ["class", "tabindex", "role", "aria-label", "style"]) copies[i].removeAttribute(name);
      for (const name of STYLES) {
        const value = style.getPropertyValue(name);
        if (!value || DEFAULTS[name] === value || (name === "transform-origin" && style.transform === "none")) continue;
        copies[i].style.setProperty(name, COLOURS.has(name) ? plainColour(value) : value);
        if (COLOURS.has(name) && !value.startsWith("url(") && value !== "none" && opacityOf(value) < 1)
          copies[i].style.setProperty(`${name}-opacity`, opacityOf(value) * style.getPropertyValue(`${name}-opacity`));
      }
    });
    for (const [name, value] of Object.entries(at(node.getBoundingClientRect()))) copy.setAttribute(name, value);
    copy.setAttribute("overflow", "visible");
    parent.append(copy);
  }

  function walk(node, parent, top) {
    if (node.nodeType === Node.TEXT_NODE) {
      const style = getComputedStyle(node.parentElement);
      if (node.data.trim() && style.visibility !== "hidden") drawText(node, style, parent);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || (!top && node.matches(LEFT_OUT))) return;
    const style = getComputedStyle(node);
    const opacity = top ? "1" : style.opacity;
    if (style.display === "none" || opacity === "0") return;
    const group = opacity === "1" ? parent : put(parent, "g", { opacity });
    if (node instanceof SVGSVGElement) {
      if (style.visibility !== "hidden" && node.getBoundingClientRect().width) drawSvg(node, group);
      return;
    }
    if (style.visibility !== "hidden") drawBox(node, style, group);
    for (const child of node.childNodes) walk(child, group, false);
  }

  const paper = put(picture, "rect", { x: 0, y: 0, fill: plainColour(background) });
  walk(root, picture, true);
  size.height = Math.ceil(lowest + 2);
  for (const node of [picture, paper]) for (const name of ["width", "height"]) node.setAttribute(name, size[name]);
  picture.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  return { text: new XMLSerializer().serializeToString(picture), ...size };
}

// The PNG of an SVG picture, `times` as large.
export async function pngOf({ text, width, height }, times) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = times * width;
  canvas.height = times * height;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
