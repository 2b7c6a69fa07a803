import { besideLink, closestTo, onLink } from "./network_layout.js";
import { textWidth } from "./network_letters.js";
import { LINK_SIGNS } from "./network_signs.js";

const FEW_OTHERS = 8; // of so few links one is written of anywhere around
const FEW_LINKS = 8; // of so many that make keys all rates are written, each where one sees whose it is, or none
const WHOLE = { gauged: true, clear: true };
const SHORT = { gauged: false, clear: true, across: true };
const ANYHOW = { gauged: true, clear: false };

// Writes on the desk of a map what is to be said of its links: the word for a state, the key rate, the pool.
export function linkWriter(table, drawn, { small, k, family, r }, centre, { words, silent }) {
  // Whether two lines run side by side, between the same nodes.
  function alongside([a, b], [c, d]) {
    const near = (one, other) => Math.hypot(one.x - other.x, one.y - other.y) < 40 * k;
    return (near(a, c) && near(b, d)) || (near(a, d) && near(b, c));
  }

  // Beside a line only where that is closer than all others; farther off, too, if it has to be clear whose it is.
  function labelOn(line, text, weight, gap, gauge = 0, { clear, across } = ANYHOW) {
    const w = textWidth(text, small, family, weight) + (gauge && gauge + 5 * k) + 8 * k;
    const h = 1.35 * small;
    const others = drawn.map((link) => link.line).filter((other) => !alongside(other, line));
    const closest = closestTo(line, others);
    const fits = (rect, { from, own }) => own || (from && !clear) || closest(rect);
    const found = table.put(places(), w, h, { fits });
    return found && { ...found, w, h, text, gauge };

    function* places() {
      yield* besideLink(line, w, h, gap, centre, others.length < FEW_OTHERS);
      if (across) yield* onLink(line, w, h, 1.2 * r);
    }
  }

  function labelLink(link, how = ANYHOW) {
    const word = link.state === "working" ? "" : words[`link_${link.state}`];
    const whole = [word, link.label].filter(Boolean).join(", ");
    const full = link.level == null ? 0 : 30 * k;
    const gap = LINK_SIGNS[link.state] ? 1.2 * link.sign : 5 * k;
    const texts = silent ? [] : [...new Set([whole, link.label || word])].filter(Boolean);
    link.label_at = null;
    for (const text of texts) link.label_at ??= labelOn(link.line, text, 400, gap, how.gauged ? full : 0, how);
    link.more = Boolean(link.note) || full > 0 || (link.label_at?.text ?? "") !== whole;
  }

  // Of few links first with the pool beside the rate, then shorter, and on the line itself where there is no room
  // beside it; what finds no place comes first the next time. Whether all rates are there.
  function labelWorking(links) {
    const few = links.length <= FEW_LINKS;
    const before = table.taken();
    const left = () => links.filter(({ label, label_at }) => label && !label_at);
    const span = ({ line: [a, b] }) => Math.hypot(b.x - a.x, b.y - a.y);
    let order = few ? [...links].sort((one, other) => span(one) - span(other)) : links;
    for (const how of few ? [WHOLE, WHOLE, SHORT, SHORT, SHORT] : [ANYHOW]) {
      table.takeOnly(before);
      for (const link of order) labelLink(link, how);
      if (!left().length) return true;
      order = [...new Set([...left(), ...order])];
    }
    if (!few) return false;
    table.takeOnly(before);
    for (const link of links) Object.assign(link, { label_at: null, more: true });
    return false;
  }

  return { labelOn, labelLink, labelWorking };
}
