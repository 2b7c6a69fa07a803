import { html, setText, svg } from "../components/common.js";

const TRACE_WIDTH = 240;
const TRACE_HEIGHT = 44;
const HIGHEST = 0.5; // a QBER of one half: nothing is known
const FEWEST = 20; // pulses that the drawing has room for at least

// The QBER after each kept bit, as a line that grows, in the band of its interval.
//   trace: for each kept bit [its pulse, QBER, lower, upper]
export function qberTrace(parent, counters, words, { say, percent, percentShort }) {
  const box = html("div", { class: "trace omniscient" }, parent);
  const picture = svg(
    "svg",
    { viewBox: `0 0 ${TRACE_WIDTH} ${TRACE_HEIGHT}`, preserveAspectRatio: "none", role: "img" },
    box,
  );
  for (const share of [0, 0.25, 0.5]) {
    const y = TRACE_HEIGHT * (1 - share / HIGHEST);
    svg("line", { class: "level", x1: 0, x2: TRACE_WIDTH, y1: y, y2: y }, picture);
  }
  const band = svg("path", { class: "band" }, picture);
  const line = svg("path", { class: "line" }, picture);
  const levels = html("span", { class: "levels", "aria-hidden": "true" }, box);
  for (const share of [0.5, 0]) html("span", {}, levels, percentShort(share));
  const interval = html("div", { class: "interval omniscient" }, counters);

  return (trace, position, seen) => {
    const shown = seen ? trace.filter(([pulse]) => pulse <= position) : [];
    const x = (pulse) => (TRACE_WIDTH * pulse) / Math.max(FEWEST, position);
    const y = (share) => TRACE_HEIGHT * (1 - Math.min(share, HIGHEST) / HIGHEST);
    const path = (points) => points.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join("L");
    const ends = shown.length ? [...shown, [position, ...shown.at(-1).slice(1)]] : [];
    const upper = ends.map(([pulse, , , high]) => [x(pulse), y(high)]);
    const lower = ends.map(([pulse, , low]) => [x(pulse), y(low)]).reverse();
    band.setAttribute("d", ends.length ? `M${path([...upper, ...lower])}Z` : "");
    line.setAttribute("d", ends.length ? `M${path(ends.map(([pulse, share]) => [x(pulse), y(share)]))}` : "");
    const [, qber, low, high] = shown.at(-1) ?? [];
    const told = shown.length ? say("interval", { lower: percent(low), upper: percent(high) }) : "";
    setText(interval, told);
    picture.setAttribute(
      "aria-label",
      shown.length ? say("trace", { qber: percent(qber), interval: told }) : words.qber,
    );
  };
}
