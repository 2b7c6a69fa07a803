import { fill, html, setText, stripes, svg } from "../../components/common.js";

const [EVEN, ODD, UNKNOWN] = [0, 1, 2];
const PER_LINE = [256, 128, 64, 32, 16]; // cells a line: the most that leave each cell its least width
const [LEAST_CELL, MOST_CELL, LEAST_HEIGHT] = [11, 22, 18]; // px
// from back to front, by class
const LAYERS = [
  ...["grid", "fill even", "fill odd", "asked", "one"],
  ...["edge unknown", "edge even", "edge odd", "edge whole", "edge again"],
  ...["corrected", "wrong", "latest", "tick", "cross"],
];

// What stands at each frame: frames say what they change, and equal parts are shared.
export function cascadeStates(story) {
  let blocks = [];
  let flips = [];
  let fresh = 0; // how many of them came last
  return story.frames.map((frame) => {
    blocks = blocks.slice();
    for (const [pass, starts, states] of frame.blocks ?? []) blocks[pass] = { starts, states };
    flips = [...flips, ...(frame.flipped ?? [])];
    fresh = frame.flipped?.length ?? fresh;
    return { ...frame, blocks, flips, fresh };
  });
}

// The rows of the passes: each is one small picture with a fixed set of paths, redrawn by state.
export function passRows(parent, words) {
  const frame = html("div", { class: "frame", tabindex: 0, role: "region", "aria-label": words.picture }, parent);
  let rows = [];
  let story = null;
  let size = { cell: 12, tall: 18, perLine: 64, strip: 16, gap: 6, left: 40, k: 1 };

  function build(next) {
    story = next;
    frame.replaceChildren();
    rows = story.orders.map((order, number) => {
      const row = html("div", { class: "pass", "data-pass": number + 1 }, frame);
      const head = html("div", { class: "pass-head" }, row);
      const name = html("b", {}, head);
      const about = html("span", { class: "about" }, head);
      const state = html("span", { class: "state" }, head);
      const picture = svg("svg", { "aria-hidden": "true" }, row);
      const paths = Object.fromEntries(LAYERS.map((name) => [name, svg("path", { class: name }, picture)]));
      paths["fill odd"].style.fill = stripes(picture, 2.4, 7);
      const numbers = svg("g", { class: "numbers" }, picture);
      const places = [];
      order.forEach((bit, place) => {
        places[bit] = place;
      });
      return { row, name, about, state, picture, paths, numbers, places, order };
    });
  }

  function layout(k) {
    if (!rows.length || !frame.isConnected) return; // outside of the page nothing has a width
    const { paddingLeft, paddingRight } = getComputedStyle(rows[0].row);
    const width = rows[0].row.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    const n = story.bob.length;
    const left = 42 * k;
    const room = Math.max(160, width - left - 4);
    const perLine = PER_LINE.find((count) => count < 2 * n && room / count >= LEAST_CELL * k) ?? 16;
    const cell = Math.floor(Math.min(MOST_CELL * k, room / Math.min(n, perLine)));
    const tall = Math.max(cell, LEAST_HEIGHT * k);
    size = { cell, tall, perLine, strip: 17 * k, gap: 5 * k, left, k };
    const lines = Math.ceil(n / perLine);
    const height = lines * (size.strip + tall + size.gap);
    for (const { picture, paths, numbers } of rows) {
      picture.setAttribute("width", Math.ceil(left + perLine * cell + 4));
      picture.setAttribute("height", Math.ceil(height));
      numbers.replaceChildren();
      let grid = "";
      for (let line = 0; line < lines; line++) {
        const top = y(line);
        svg("text", { x: left - 8, y: top + tall / 2 }, numbers, line * perLine + 1);
        const count = Math.min(perLine, n - line * perLine);
        grid += `M${left} ${top}h${count * cell}v${tall}h${-count * cell}z`;
        for (let i = 1; i < count; i++) grid += `M${left + i * cell} ${top}v${tall}`;
      }
      paths.grid.setAttribute("d", grid);
    }
  }

  // ---- shapes
  const y = (line) => line * (size.strip + size.tall + size.gap) + size.strip;
  const centre = (place) => [
    size.left + ((place % size.perLine) + 0.5) * size.cell,
    y(Math.floor(place / size.perLine)) + size.tall / 2,
  ];

  // The parts of [start, stop) on each line: x from, x to, top, and whether the block begins and ends there.
  function parts(start, stop) {
    const out = [];
    for (let at = start; at < stop; ) {
      const line = Math.floor(at / size.perLine);
      const end = Math.min(stop, (line + 1) * size.perLine);
      const x = size.left + (at - line * size.perLine) * size.cell;
      out.push({ x, to: x + (end - at) * size.cell, top: y(line), begins: at === start, ends: end === stop });
      at = end;
    }
    return out;
  }

  const area = (start, stop) =>
    parts(start, stop)
      .map(({ x, to, top }) => `M${x} ${top}H${to}v${size.tall}H${x}z`)
      .join("");

  function edge(start, stop, inset) {
    return parts(start, stop)
      .map(({ x, to, top, begins, ends }) => {
        const [a, b, up, down] = [begins ? x + inset : x, ends ? to - inset : to, top + inset, top + size.tall - inset];
        const sides = [begins && a, ends && b].filter(Number.isFinite).map((x) => `M${x} ${up}V${down}`);
        return `M${a} ${up}H${b}M${a} ${down}H${b}${sides.join("")}`;
      })
      .join("");
  }

  function mark(start, stop, odd) {
    const { x, to, top } = parts(start, stop).reduce((best, part) =>
      part.to - part.x > best.to - best.x ? part : best,
    );
    const [r, at] = [Math.min(4.6 * size.k, size.cell * 0.42), [(x + to) / 2, top - size.strip * 0.42]];
    const [a, b] = at;
    return odd
      ? `M${a - r} ${b - r}L${a + r} ${b + r}M${a + r} ${b - r}L${a - r} ${b + r}`
      : `M${a - r} ${b}l${0.7 * r} ${0.9 * r} ${1.3 * r}-${1.8 * r}`;
  }

  function paintRow(number, state, bits, wrong) {
    const { row, about, state: status, paths, places } = rows[number];
    const blocks = state.blocks[number];
    row.classList.toggle("later", !blocks);
    const first = number + 1;
    const several = !blocks && first < rows.length; // the first of those to come stands for all of them
    setText(rows[number].name, fill(several ? words.rows : words.row, { number: first, last: rows.length }));
    if (!blocks) return quiet(number);
    const active = state.number === number && !["start", "end"].includes(state.kind);
    const again = (state.again ?? []).filter(([pass]) => pass === number).map(([, start]) => start);
    const d = Object.fromEntries(LAYERS.map((name) => [name, ""]));
    const put = (start, stop, known) => {
      const kind = known === ODD ? "odd" : known === EVEN ? "even" : "unknown";
      if (known !== UNKNOWN) {
        d[`fill ${kind}`] += area(start, stop);
        d[known === ODD ? "cross" : "tick"] += mark(start, stop, known === ODD);
      }
      d[`edge ${kind}`] += edge(start, stop, 1.2);
    };
    const halved = active && state.kind === "halve" ? state.at : [];
    const n = story.bob.length;
    blocks.starts.forEach((start, i) => {
      const stop = blocks.starts[i + 1] ?? n;
      if (!halved.some(([from]) => from === start)) put(start, stop, blocks.states[i]);
      if (again.includes(start)) d["edge again"] += edge(start, stop, -1.5);
    });
    if (halved.length) for (const [start, stop, known] of state.pieces) put(start, stop, known);
    if (active) for (const [start, stop] of state.at ?? []) d["edge whole"] += edge(start, stop, -1.5);
    if (active) for (const [start, stop] of state.asked ?? []) d.asked += area(start, stop);
    const r = size.cell * 0.22;
    bits.forEach((bit, index) => {
      if (!bit) return;
      const [a, b] = centre(places[index]);
      d.one += `M${a - r} ${b - r}h${2 * r}v${2 * r}h${-2 * r}z`;
    });
    const s = size.cell * 0.46;
    for (const bit of state.flips) {
      const [a, b] = centre(places[bit]);
      d.corrected += `M${a} ${b - s}L${a + s} ${b}L${a} ${b + s}L${a - s} ${b}z`;
    }
    for (const bit of wrong) {
      const [a, b] = centre(places[bit]);
      const q = size.cell * 0.4;
      d.wrong += `M${a} ${b - q}L${a + q} ${b + q}H${a - q}z`;
    }
    for (const bit of latest(state)) {
      const [a, b] = centre(places[bit]);
      const ring = size.cell * 0.72;
      d.latest += `M${a - ring} ${b}a${ring} ${ring} 0 1 0 ${2 * ring} 0a${ring} ${ring} 0 1 0 ${-2 * ring} 0`;
    }
    for (const name of LAYERS)
      if (name !== "grid" && paths[name].getAttribute("d") !== d[name]) paths[name].setAttribute("d", d[name]);
    describe(row, about, status, blocks, { active, again });
  }

  function quiet(number) {
    const { row, about, state } = rows[number];
    setText(about, words.row_later);
    setText(state, "");
    row.classList.remove("active", "odd", "again");
    row.dataset.odd = 0;
  }

  // The bits corrected just now: they stay marked while their back-tracking is told.
  function latest(state) {
    return state.kind === "flip" ? state.flipped : state.kind === "again" ? state.flips.slice(-state.fresh) : [];
  }

  function describe(row, about, status, blocks, { active, again }) {
    const odd = blocks.states.filter((known) => known === ODD).length;
    const unknown = blocks.states.includes(UNKNOWN);
    const lengths = blocks.starts.map((start, i) => (blocks.starts[i + 1] ?? story.bob.length) - start);
    const whole = Math.max(...lengths) === lengths[0] && lengths.slice(0, -1).every((length) => length === lengths[0]);
    setText(
      about,
      fill(whole ? words.row_blocks : words.row_halved, {
        blocks: lengths.length,
        size: whole ? lengths[0] : Math.min(...lengths),
      }),
    );
    const found = unknown ? words.row_unknown : odd ? fill(words.row_odd, { odd }) : words.row_even;
    setText(
      status,
      again.length ? `${found} · ${words.row_again}` : active && odd ? `${found} · ${words.row_active}` : found,
    );
    row.classList.toggle("active", active);
    row.classList.toggle("odd", odd > 0);
    row.classList.toggle("again", again.length > 0);
    row.dataset.odd = odd;
  }

  function reveal(number) {
    const row = rows[number]?.row;
    if (!row) return;
    const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
    if (top < frame.scrollTop) frame.scrollTop = top;
    else if (bottom > frame.scrollTop + frame.clientHeight) frame.scrollTop = bottom - frame.clientHeight;
  }

  function paint(state, { wrong }) {
    const bits = story.bob.slice();
    for (const bit of state.flips) bits[bit] ^= 1;
    for (const number of rows.keys()) paintRow(number, state, bits, wrong);
    if (state.kind === "start") frame.scrollTop = 0;
    else if (state.kind !== "end") reveal(state.number);
  }

  return { frame, build, layout, paint };
}
