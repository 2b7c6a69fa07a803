import { fill, setText, svg } from "../components/common.js";
import { basisSign, kindOf, stateSign } from "./photon_signs.js";

// The drawing of one pulse on its way. `see(who)` tells whether the viewer knows what `who` knows.
const HEIGHT = 212;
const BOX = { width: 104, height: 84, top: 34 };
const LOSS = { from: 0.74, to: 0.86 }; // where, on the way, a lost photon fades

export function scene(parent, words) {
  const picture = svg("svg", { class: "scene", role: "img" }, parent);
  let parts = null;
  let layoutKey = "";

  function station(x, k, name, kind, you) {
    const group = svg("g", { class: `station ${kind}`, transform: `translate(${x} 0)` }, picture);
    const top = BOX.top * k;
    const shape = { x: (-BOX.width / 2) * k, y: top, width: BOX.width * k, height: BOX.height * k, rx: 12 * k };
    svg("rect", { class: "box", ...shape }, group);
    const title = svg("text", { class: "name", y: top - 11 * k }, group, name);
    if (you) svg("tspan", { class: "you" }, title, ` (${words.you})`);
    const sign = svg("g", { transform: `translate(0 ${top + 27 * k}) scale(${1.35 * k})` }, group);
    const bit = svg("text", { class: "bit", y: top + 71 * k }, group);
    const unknown = svg("text", { class: "unknown", y: top + 55 * k }, group);
    const caption = svg("text", { class: "caption", y: top + (BOX.height + 21) * k }, group);
    let drawn = "";
    return {
      group,
      // basis, bit: null leaves the place empty; text: what stands under the box; hidden: a question mark instead.
      set({ basis = null, value = null, text = "", hidden = false, hot = false }) {
        group.classList.toggle("hot", hot);
        const key = `${basis}`;
        if (key !== drawn) {
          drawn = key;
          sign.replaceChildren();
          if (basis != null) basisSign(sign, basis);
        }
        setText(bit, value ?? "");
        setText(unknown, hidden ? words.unknown : "");
        setText(caption, text);
      },
    };
  }

  function photonAt(k, y) {
    const group = svg("g", { class: "photon" }, picture);
    const scaled = svg("g", { transform: `scale(${k})` }, group);
    svg("circle", { class: "halo", r: 20 }, scaled);
    const sign = svg("g", { transform: "scale(1.35)" }, scaled);
    let drawn = "";
    return {
      group,
      set(x, state, opacity) {
        const key = state ? state.join() : "?";
        if (key !== drawn) {
          drawn = key;
          sign.replaceChildren();
          group.setAttribute("class", `photon ${state ? kindOf(state[1]) : "secret"}`);
          if (state) stateSign(sign, ...state);
          else svg("text", { class: "unknown", y: 6 }, sign, words.unknown);
        }
        group.setAttribute("transform", `translate(${x} ${y})`);
        group.setAttribute("opacity", opacity);
      },
    };
  }

  // What flew over one half of the fibre, left to be looked at when the pulse is over.
  function trailAt(x, y, k) {
    const group = svg("g", { class: "ghost", transform: `translate(${x} ${y}) scale(${k})` }, picture);
    return (state) => {
      group.replaceChildren();
      if (!state) return;
      const photon = svg("g", { class: `photon ${kindOf(state[1])}` }, group);
      svg("circle", { class: "halo", r: 20 }, photon);
      stateSign(svg("g", { transform: "scale(1.35)" }, photon), ...state);
    };
  }

  function layout({ width, k, viewpoint, evePresent, see }) {
    const key = [width, k, viewpoint, evePresent].join();
    if (key === layoutKey) return;
    layoutKey = key;
    const height = HEIGHT * k;
    const y = (BOX.top + BOX.height / 2) * k;
    const half = (BOX.width / 2) * k;
    const ends = { alice: half + 22 * k, bob: width - half - 22 * k };
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    picture.setAttribute("height", height);
    picture.replaceChildren();
    svg("line", { class: "fibre", x1: ends.alice + half, x2: ends.bob - half, y1: y, y2: y }, picture);
    const flash = svg("text", { class: "lost", y: y - 30 * k, x: 0 }, picture, words.lost);
    const trails = [trailAt((ends.alice + width / 2) / 2, y, k), trailAt((ends.bob + width / 2) / 2, y, k)];
    const photon = photonAt(k, y);
    const alice = station(ends.alice, k, words.alice, see("alice") ? "open" : "closed", viewpoint === "alice");
    const middle = width / 2;
    let eve = null;
    if (!see("eve")) {
      eve = station(middle, k, words.somebody, "somebody", false);
    } else if (evePresent || viewpoint === "eve") {
      eve = station(middle, k, words.eve, evePresent ? "open" : "absent", viewpoint === "eve");
    }
    const bob = station(ends.bob, k, words.bob, see("bob") ? "open" : "closed", viewpoint === "bob");
    const line = (BOX.top + BOX.height + 50) * k;
    const channel = svg("g", { class: "channel" }, picture);
    svg("line", { x1: ends.alice, x2: ends.bob, y1: line, y2: line }, channel);
    for (const [x, way] of [
      [ends.alice, 1],
      [ends.bob, -1],
    ]) {
      svg("path", { d: `M${x + 9 * k * way} ${line - 6 * k}L${x} ${line}l${9 * k * way} ${6 * k}` }, channel);
    }
    const said = svg("text", { x: middle, y: line + 24 * k, class: "said" }, picture);
    parts = { alice, bob, eve, photon, trails, said, flash, channel, from: ends.alice + half, to: ends.bob - half, k };
  }

  // flight: the share of the way done, 0 … 1; null when the pulse is over (or none was sent yet: pulse null).
  function draw({ pulse, flight, kept, see, evePresent }) {
    const { alice, bob, eve, photon, trails, said, flash, channel } = parts;
    const over = pulse != null && flight == null;
    const [aliceBit, aliceBasis, eveBasis, eveBit, arrived, bobBasis, bobBit] = pulse ?? [];
    const named = (template, bit, basis) => fill(words[template], { bit, basis: words[`basis_${basis}`] });
    const past = over || flight >= 0.5;
    const clicked = bobBit != null;

    if (!see("alice")) alice.set({ hidden: true, text: words.private });
    else if (!pulse) alice.set({ text: words.waits });
    else alice.set({ basis: aliceBasis, value: aliceBit, text: named("sends", aliceBit, aliceBasis) });

    if (eve) {
      if (!see("eve")) eve.set({ hidden: true, text: words.somebody_hint });
      else if (!evePresent) eve.set({ text: words.absent });
      else if (!pulse || !past) eve.set({ text: words.waits });
      else if (eveBit == null) eve.set({ text: words.passes });
      else eve.set({ basis: eveBasis, value: eveBit, text: named("reads", eveBit, eveBasis) });
    }

    if (!see("bob")) bob.set({ hidden: true, text: words.private });
    else if (!pulse || (!over && flight < 0.9)) bob.set({ text: words.waits });
    else if (!over) bob.set({ basis: bobBasis, text: words.waits });
    else if (!clicked) bob.set({ basis: bobBasis, value: words.cell_none, text: words.no_click });
    else {
      const dark = see("everyone") && !arrived;
      const text = dark ? fill(words.dark, { bit: bobBit }) : named("reads", bobBit, bobBasis);
      bob.set({ basis: bobBasis, value: bobBit, text, hot: true });
    }

    const flying = pulse != null && !over;
    photon.group.style.display = flying ? "" : "none";
    const fading = see("everyone") && flying && !arrived && flight > LOSS.from;
    flash.style.display = fading ? "" : "none";
    if (flying) {
      const x = parts.from + (parts.to - parts.from) * flight;
      const changed = past && evePresent && eveBit != null;
      const source = changed ? "eve" : "alice";
      // Alice cannot vouch for her photon behind the middle; Eve knows only what she sent herself.
      const known = see("everyone") || (source === "eve" ? see("eve") : see("alice") && !past);
      const state = source === "eve" ? [eveBit, eveBasis] : [aliceBit, aliceBasis];
      const gone = fading ? Math.max(0, 1 - (flight - LOSS.from) / (LOSS.to - LOSS.from)) : 1;
      photon.set(x, known ? state : null, gone);
      flash.setAttribute("x", parts.from + (parts.to - parts.from) * LOSS.to);
    }

    const resent = evePresent && eveBit != null;
    const lost = see("everyone") && !arrived; // what is lost leaves no trail behind the middle
    const second = resent && see("eve") && !lost && [eveBit, eveBasis];
    trails[0](over && see("alice") ? [aliceBit, aliceBasis] : null);
    trails[1](over && second ? second : null);

    channel.classList.toggle("busy", over);
    const bases = { alice: words[`basis_${aliceBasis}`], bob: words[`basis_${bobBasis}`] };
    const outcome = !clicked ? "said_no_click" : kept ? "said_kept" : "said_dropped";
    setText(said, over ? fill(words[outcome], bases) : words.silent);
  }

  return { picture, layout, draw };
}
