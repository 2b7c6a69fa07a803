import { svg } from "../../components/common.js";

// Signs of the network map, in a box from -10 to 10 around the origin: [class, path] each.
const SIGNS = {
  "end user": [
    ["shape", "M-9 10V-2L0-10 9-2V10z"],
    ["solid", "M-2.7-.9A2.7 2.7 0 1 1 2.7-.9 2.7 2.7 0 1 1-2.7-.9zM-5.4 8.4C-5.4 4.4-3 3 0 3S5.4 4.4 5.4 8.4z"],
  ],
  "trusted node": [
    ["shape", "M-10 0A10 10 0 1 1 10 0A10 10 0 1 1-10 0z"],
    ["solid", "M-4.6-1.2H4.6V5.6H-4.6z"],
    ["thin", "M-2.8-1V-3A2.8 2.8 0 0 1 2.8-3V-1"],
  ],
  "optical switch": [
    ["shape", "M0-12L12 0 0 12-12 0z"],
    ["thin", "M-5.5-3H-3.4L3.4 3H5.5M-5.5 3H-3.4L3.4-3H5.5"],
  ],
  eye: [
    ["blank", "M-9.5 0C-5-6.8 5-6.8 9.5 0C5 6.8-5 6.8-9.5 0z"],
    ["solid", "M-3.4 0A3.4 3.4 0 1 1 3.4 0A3.4 3.4 0 1 1-3.4 0z"],
  ],
  knows: [
    ["disc", "M-9.5 0A9.5 9.5 0 1 1 9.5 0A9.5 9.5 0 1 1-9.5 0z"],
    ["thin", "M-6.4 0A2.6 2.6 0 1 1-1.2 0A2.6 2.6 0 1 1-6.4 0zM-1.2 0H6.8M3.4 0V3M6.4 0V3.4"],
  ],
  lost: [
    ["under", "M-11-9L11 9M11-9L-11 9"],
    ["thick", "M-11-9L11 9M11-9L-11 9"],
  ],
  cut: [
    ["thick", "M-8-6.5L5 4.5M-8 6.5L5-4.5"],
    ["thin", "M4 6A2.7 2.7 0 1 1 9.4 6 2.7 2.7 0 1 1 4 6zM4-6A2.7 2.7 0 1 1 9.4-6 2.7 2.7 0 1 1 4-6z"],
  ],
  down: [
    ["blank", "M-8.5 0A8.5 8.5 0 1 1 8.5 0A8.5 8.5 0 1 1-8.5 0z"],
    ["thick", "M-4.6 0H4.6"],
  ],
};

export const joined = (...texts) => texts.filter(Boolean).join(", ");

export const LINK_SIGNS = { eve: "eye", cut: "cut", down: "down" };

export function drawSign(name, parent, place = null) {
  const group = svg("g", { class: `sign sign-${name.replace(" ", "-")}`, transform: place }, parent);
  for (const [kind, path] of SIGNS[name]) svg("path", { class: kind, d: path }, group);
  return group;
}

// Write only what changed, so that a map which is painted again and again does not flicker.
export function put(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
}

// One element a key: the same from one state to the next, new ones made, others taken away.
export function keyed(parent, make) {
  const kept = new Map();
  return (entries, paint) => {
    const now = new Set(entries.map(([key]) => key));
    for (const [key, node] of kept) {
      if (now.has(key)) continue;
      node.root.remove();
      kept.delete(key);
    }
    for (const [key, value] of entries) {
      if (!kept.has(key)) kept.set(key, make(key, parent));
      paint(kept.get(key), value);
    }
    return kept;
  };
}
