const RATE = "888 kbit/s"; // as long as rates are

// What is told of a network as long as nothing happens on it, whatever its rates.
export const calmed = ({ nodes, links }) => ({
  nodes,
  links: links.map(({ id, a, b, label, level }) => {
    const [rate, pool] = [label && RATE, level == null ? null : 1];
    return { id, a, b, state: "working", label: rate, level: pool };
  }),
  routes: [],
  step: null,
});

// An answer that is found anew only when something else is asked than the last time.
export function remembering(find) {
  let [asked, answer] = ["", null];
  return (...what) => {
    const now = JSON.stringify(what);
    if (now !== asked) [asked, answer] = [now, find(...what)];
    return answer;
  };
}
