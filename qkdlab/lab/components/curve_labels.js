import { svg } from "./common.js";

const meet = (one, other) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

const DENSE = 4; // pixels from one point of a drawn curve to the next

// Points of all that is drawn: along the curves, and where marks stand. { x, y, reach }
export function inkOf(spots, series, k) {
  const found = [];
  spots.forEach(({ x, y, series: index, index: place }, i) => {
    const { kind } = series[index];
    if (kind === "points") found.push({ x, y, reach: 9 * k });
    if (kind !== "curve") return;
    const before = spots[i - 1];
    const from = before?.series === index && before.index === place - 1 ? before : { x, y };
    const steps = Math.max(1, Math.ceil(Math.hypot(x - from.x, y - from.y) / DENSE));
    for (let step = 1; step <= steps; step += 1) {
      const share = step / steps;
      found.push({ x: from.x + share * (x - from.x), y: from.y + share * (y - from.y), reach: 1 });
    }
  });
  return found;
}

const widths = new Map(); // of labels, in letters of a size: to measure makes the browser lay out the page

function widthOf(text, label, font) {
  const key = `${font} ${label}`;
  const width = widths.get(key) || text.getComputedTextLength();
  if (widths.size > 500) widths.clear();
  widths.set(key, width);
  return width;
}

const covers = ({ left, right, top, bottom }, { x, y, reach }) =>
  x > left - reach && x < right + reach && y > top - reach && y < bottom + reach;

// Draw lines across a chart, each with its label where no other label is, no curve goes and nothing is cut. Returns
// the labels for which there was no room.
export function drawLines(plot, lines, { box, x, y, font, ink }) {
  const placed = [];
  const homeless = [];
  const stands = lines.filter(({ axis }) => axis === "x").map(({ at }) => x(at));
  for (const { axis, at, label } of lines) {
    const along = axis === "x";
    const spot = along ? x(at) : y(at);
    if (along ? spot < box.left || spot > box.right : spot < box.top || spot > box.bottom) continue;
    const ends = along
      ? { x1: spot, x2: spot, y1: box.top, y2: box.bottom }
      : { x1: box.left, x2: box.right, y1: spot, y2: spot };
    svg("line", { class: "line", ...ends }, plot);
    const text = svg("text", { class: "line-text" }, plot, label);
    const fitting = (along ? besides : aboves)(spot, widthOf(text, label, font), box, font)
      .filter(
        ({ left, right, top, bottom }) => left > box.left && right < box.right && top > box.top && bottom < box.bottom,
      )
      .filter((one) => !placed.some((other) => meet(one, other)) && !ink.some((spot) => covers(one, spot)));
    const clear = ({ left, right }) => !stands.some((other) => other > left && other < right);
    const place = fitting.find(clear) ?? fitting[0]; // rather where no other line goes through it
    if (place) {
      placed.push(place);
      text.setAttribute("x", place.left);
      text.setAttribute("y", place.top + font * 1.05);
    } else {
      text.remove();
      homeless.push(label);
    }
  }
  return homeless;
}

// Places beside a line that stands, best first: on the side with more room, and further and further down.
function besides(spot, width, box, font) {
  const late = spot > (box.left + box.right) / 2;
  const count = Math.floor((box.bottom - box.top) / (1.3 * font) - 0.2);
  const rows = Array.from({ length: count }, (_, row) => box.top + font * (0.15 + 1.3 * row));
  const sides = [spot - 7 - width, spot + 7];
  return rows.flatMap((top) => (late ? sides : sides.reverse()).map((left) => boxAt(left, top, width, font)));
}

// Places above and below a line that lies, best first: at its right end, at its left end, between.
function aboves(spot, width, box, font) {
  const tops = [spot - 6 - font * 1.05, spot + font * 0.15];
  const [start, end] = [box.left + 7, box.right - 7 - width];
  const lefts = [end, start, ...[0.5, 0.75, 0.25].map((share) => start + share * (end - start))];
  return lefts.flatMap((left) => tops.map((top) => boxAt(left, top, width, font)));
}

function boxAt(left, top, width, font) {
  return { left, top, right: left + width, bottom: top + font * 1.3 };
}
