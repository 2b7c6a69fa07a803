import { fill, setText, svg } from "../components/common.js";
import { angle, FLASH, kindOf, polariser, stateSign } from "../components/photon_signs.js";

// The drawing of one pulse on its way. `see(who)` tells whether the viewer knows what `who` knows.
const HEIGHT = 152;
const BOX = { width: 112, height: 74, top: 24 };
const NARROWEST = 600; // a narrower place gets the drawing of this width, smaller
const LOSS = { from: 0.66, to: 0.84 }; // where, on the way, a lost photon fades
const TURN = { eve: [0.42, 0.5], bob: [0.92, 1] }; // where a polariser turns the photon to one of its axes

// How far, from 0 to 1, `flight` is between two places.
const between = (flight, [from, to]) => Math.min(1, Math.max(0, (flight - from) / (to - from)));
// The shorter way, in degrees, from one line to another.
const turn = (from, to) => ((((angle(...to) - angle(...from)) % 180) + 270) % 180) - 90;
// The angle between the polarisation that comes in and the axis that it leaves along.
const apart = (came, left) => Math.abs(turn(came, left));

export function scene(parent, words) {
  const picture = svg("svg", { class: "scene", role: "img" }, parent);
  let parts = null;
  let layoutKey = "";

  function station(x, k, name, kind, you) {
    const group = svg("g", { class: `station ${kind}`, transform: `translate(${x} 0)` }, picture);
    const top = BOX.top * k;
    const middle = top + (BOX.height / 2) * k;
    const shape = { x: (-BOX.width / 2) * k, y: top, width: BOX.width * k, height: BOX.height * k, rx: 12 * k };
    svg("rect", { class: "box", ...shape }, group);
    const title = svg("text", { class: "name", y: top - 7 * k }, group, name);
    if (you) svg("tspan", { class: "you" }, title, ` (${words.you})`);
    const optics = svg("g", { transform: `translate(0 ${middle}) scale(${k})` }, group);
    const flash = svg("path", { class: "flash", d: FLASH }, optics);
    const grid = svg("g", {}, optics);
    const bit = svg("text", { class: "bit", x: 43 * k, y: top + 24 * k }, group);
    const unknown = svg("text", { class: "unknown", y: middle + 12 * k }, group);
    const caption = svg("text", { class: "caption", y: top + (BOX.height + 17) * k }, group);
    const chance = svg("text", { class: "chance", x: (-BOX.width / 2 - 8) * k, y: middle + 36 * k }, group);
    let drawn = "";
    return {
      // basis, bit: null leaves the place empty; text: what stands under the box; hidden: a question mark instead;
      // open: the axis that let the photon through, as a bit; odds: with which probability it did.
      set({ basis = null, open = null, value = null, text = "", hidden = false, hot = false, odds = "" }) {
        group.classList.toggle("hot", hot);
        flash.style.display = hot ? "" : "none";
        const key = `${basis} ${open}`;
        if (key !== drawn) {
          drawn = key;
          grid.replaceChildren();
          if (basis != null) polariser(grid, basis, open);
        }
        setText(bit, value ?? "");
        setText(unknown, hidden ? words.unknown : "");
        setText(caption, text);
        setText(chance, odds);
      },
    };
  }

  function photonAt(k, y) {
    const group = svg("g", { class: "photon" }, picture);
    const scaled = svg("g", { transform: `scale(${k})` }, group);
    svg("circle", { class: "halo", r: 20 }, scaled);
    const sign = svg("g", {}, scaled);
    let drawn = "";
    return {
      group,
      set(x, state, turned, opacity) {
        const key = state ? state.join() : "?";
        if (key !== drawn) {
          drawn = key;
          sign.replaceChildren();
          group.setAttribute("class", `photon ${state ? kindOf(state[1]) : "secret"}`);
          if (state) stateSign(sign, ...state);
          else svg("text", { class: "unknown", y: 6 }, sign, words.unknown);
        }
        sign.setAttribute("transform", `scale(1.35) rotate(${turned})`);
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

  function layout({ room, k, viewpoint, evePresent, see }) {
    const key = [room, k, viewpoint, evePresent].join();
    if (key === layoutKey) return;
    layoutKey = key;
    const width = Math.max(NARROWEST * k, room);
    const height = HEIGHT * k;
    const y = (BOX.top + BOX.height / 2) * k;
    const half = (BOX.width / 2) * k;
    const ends = { alice: half + 12 * k, bob: width - half - 12 * k };
    const middle = width / 2;
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    parent.style.height = `${(height * room) / width}px`;
    picture.replaceChildren();
    svg("line", { class: "fibre", x1: ends.alice + half, x2: ends.bob - half, y1: y, y2: y }, picture);
    const trails = [trailAt((ends.alice + middle) / 2, y, k), trailAt((ends.bob + middle) / 2, y, k)];
    const alice = station(ends.alice, k, words.alice, see("alice") ? "open" : "closed", viewpoint === "alice");
    let eve = null;
    if (!see("eve")) {
      eve = station(middle, k, words.somebody, "somebody", false);
    } else if (evePresent || viewpoint === "eve") {
      eve = station(middle, k, words.eve, evePresent ? "open" : "absent", viewpoint === "eve");
    }
    const bob = station(ends.bob, k, words.bob, see("bob") ? "open" : "closed", viewpoint === "bob");
    const photon = photonAt(k, y);
    const lost = svg("text", { class: "lost", y: y - 30 * k, x: 0 }, picture, words.lost);
    const line = (BOX.top + BOX.height + 29) * k;
    const channel = svg("g", { class: "channel" }, picture);
    svg("line", { x1: ends.alice, x2: ends.bob, y1: line, y2: line }, channel);
    for (const [x, way] of [
      [ends.alice, 1],
      [ends.bob, -1],
    ]) {
      svg("path", { d: `M${x + 9 * k * way} ${line - 6 * k}L${x} ${line}l${9 * k * way} ${6 * k}` }, channel);
    }
    const said = svg("text", { x: middle, y: line + 19 * k, class: "said" }, picture);
    parts = { alice, bob, eve, photon, trails, said, lost, channel, from: ends.alice, to: ends.bob };
  }

  // flight: the share of the way done, 0 … 1; null when the pulse is over (or none was sent yet: pulse null).
  function draw({ pulse, flight, kept, see, evePresent }) {
    const { alice, bob, eve, photon, trails, said, lost, channel } = parts;
    const over = pulse != null && flight == null;
    const way = over ? 1 : (flight ?? 0);
    const [aliceBit, aliceBasis, eveBasis, eveBit, arrived, bobBasis, bobBit] = pulse ?? [];
    const named = (template, bit, basis) => fill(words[template], { bit, basis: words[`basis_${basis}`] });
    const odds = (came, left) => (see("everyone") ? words[`chance_${apart(came, left)}`] : "");
    const past = way >= 0.5;
    const clicked = bobBit != null;
    const resent = evePresent && eveBit != null;
    const sent = [aliceBit, aliceBasis];
    const read = [eveBit, eveBasis];
    const reaches = resent ? read : sent; // what Bob's polariser meets
    const measured = [bobBit, bobBasis];

    if (!see("alice")) alice.set({ hidden: true, text: words.private });
    else if (!pulse) alice.set({ text: words.waits });
    else alice.set({ basis: aliceBasis, open: aliceBit, value: aliceBit, text: named("sends", ...sent) });

    if (eve) {
      if (!see("eve")) eve.set({ hidden: true, text: words.somebody_hint });
      else if (!evePresent) eve.set({ text: words.absent });
      else if (!pulse) eve.set({ text: words.waits });
      else if (eveBit == null) eve.set({ text: past ? words.passes : words.waits });
      else if (!past) eve.set({ basis: eveBasis, text: words.waits });
      else {
        const text = named("reads", ...read);
        eve.set({ basis: eveBasis, open: eveBit, value: eveBit, text, odds: odds(sent, read) });
      }
    }

    if (!see("bob")) bob.set({ hidden: true, text: words.private });
    else if (!pulse || way < 0.8) bob.set({ text: words.waits });
    else if (!over) bob.set({ basis: bobBasis, text: words.waits });
    else if (!clicked) bob.set({ basis: bobBasis, value: words.cell_none, text: words.no_click });
    else {
      const dark = see("everyone") && !arrived;
      const text = dark ? fill(words.dark, { bit: bobBit }) : named("reads", ...measured);
      const chance = dark ? "" : odds(reaches, measured);
      bob.set({ basis: bobBasis, open: bobBit, value: bobBit, text, hot: true, odds: chance });
    }

    const flying = pulse != null && !over;
    photon.group.style.display = flying ? "" : "none";
    const fading = see("everyone") && flying && !arrived && flight > LOSS.from;
    lost.style.display = fading ? "" : "none";
    if (flying) {
      const x = parts.from + (parts.to - parts.from) * flight;
      const changed = past && resent;
      // Alice cannot vouch for her photon behind the middle; Eve knows only what she sent herself.
      const known = see("everyone") || (changed ? see("eve") : see("alice") && !past);
      // All photons meet Eve and Bob; the way a photon turns there is for the eyes of who sees everything.
      let turned = 0;
      if (see("everyone") && resent && !past) turned = between(flight, TURN.eve) * turn(sent, read);
      if (see("everyone") && arrived && clicked) turned += between(flight, TURN.bob) * turn(reaches, measured);
      const gone = fading ? 1 - between(flight, [LOSS.from, LOSS.to]) : 1;
      photon.set(x, known ? (changed ? read : sent) : null, turned, gone);
      lost.setAttribute("x", parts.from + (parts.to - parts.from) * 0.75);
    }

    const second = resent && see("eve") && !(see("everyone") && !arrived); // what is lost leaves no trail there
    trails[0](over && see("alice") ? sent : null);
    trails[1](over && second ? read : null);

    channel.classList.toggle("busy", over);
    const bases = { alice: words[`basis_${aliceBasis}`], bob: words[`basis_${bobBasis}`] };
    const outcome = !clicked ? "said_no_click" : kept ? "said_kept" : "said_dropped";
    setText(said, over ? fill(words[outcome], bases) : words.silent);
  }

  return { picture, layout, draw };
}
