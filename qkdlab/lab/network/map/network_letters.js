// The letters of a label: how wide they are, and where its lines break.

const LONG = 20; // letters in a line of a label
const measured = new Map();
const pen = document.createElement("canvas").getContext("2d");
export function textWidth(text, size, family, weight = 400) {
  const key = `${weight} ${size} ${family} ${text}`;
  if (!measured.has(key)) {
    if (measured.size > 2000) measured.clear();
    pen.font = `${weight} ${size}px ${family}`;
    measured.set(key, pen.measureText(text).width);
  }
  return measured.get(key);
}

export function wrap(parts, between) {
  const lines = [];
  for (const part of parts.filter(Boolean)) {
    const longer = `${lines.at(-1)}${between}${part}`;
    if (lines.length && longer.length <= LONG) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
