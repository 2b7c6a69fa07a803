import { svg, valueAt } from "./common.js";

const bend = (axis) => (axis.scale === "log" ? Math.log10 : undefined);

// Draw a line across a chart, behind `front` and the labels of lines, with a tick on each curve. What is given back
// moves it to a value of the x axis, null for nowhere, and returns what the curves are worth there, by their place
// among the series.
export function drawHairline(plot, front, { box, x, y, k, xAxis, yAxis, series }) {
  const group = svg("g", { class: "hairline" });
  plot.insertBefore(group, front);
  for (const label of plot.querySelectorAll(".line-text")) plot.insertBefore(label, front);
  svg("line", { y1: box.top, y2: box.bottom }, group);
  const ticks = [];
  series.forEach((one, index) => {
    if (one.kind !== "curve") return;
    // a ring would look measured
    const tick = svg("path", { class: `s${one.style}`, d: `M${-7 * k} 0H${7 * k}` }, group);
    ticks.push({ one, index, tick });
  });
  return (at) => {
    const spot = at == null ? -1 : x(at);
    const here = spot > box.left - 0.5 && spot < box.right + 0.5;
    group.setAttribute("visibility", here ? "visible" : "hidden");
    if (!here) return {};
    group.setAttribute("transform", `translate(${spot} 0)`);
    const values = {};
    for (const { one, index, tick } of ticks) {
      values[index] = valueAt(one, at - one.shift, bend(xAxis), bend(yAxis));
      const place = values[index] == null ? -1 : y(values[index]);
      const drawn = place > box.top - 0.5 && place < box.bottom + 0.5;
      tick.setAttribute("visibility", drawn ? "inherit" : "hidden");
      if (drawn) tick.setAttribute("transform", `translate(0 ${place})`);
    }
    return values;
  };
}
