const GROUPED = /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;

// Commas set thousands apart, as numbers are written here, 1,000; another, as in 0,125, is taken for a decimal point.
function numberOf(text) {
  const plain = text.replace(/[%\s]/g, "");
  return plain ? Number(GROUPED.test(plain) ? plain.replaceAll(",", "") : plain.replace(",", ".")) : Number.NaN;
}

// The number beside a slider can be typed in. ipywidgets reads "5%" as 5 and "1,000,000" as 1, also where nothing
// was typed and the number is only left again; here it is read as it is shown. Returns what ends that.
export function readAsShown(panel) {
  let before = "";
  const readout = ({ target }) => (target.matches?.(".widget-readout[contenteditable=true]") ? target : null);

  function remember(event) {
    if (readout(event)) before = event.target.textContent;
  }

  function read(event) {
    const node = readout(event);
    if (!node || (event.type === "keydown" && event.key !== "Enter")) return;
    const typed = node.textContent;
    if (typed === before) {
      event.stopImmediatePropagation();
      if (event.type === "keydown") event.preventDefault();
      return;
    }
    const number = numberOf(typed);
    if (Number.isFinite(number)) {
      node.textContent = String(before.includes("%") ? Number((number / 100).toPrecision(12)) : number);
    }
    if (event.type === "keydown") requestAnimationFrame(() => (before = node.textContent));
  }

  const heard = { focus: remember, keydown: read, blur: read };
  for (const [type, act] of Object.entries(heard)) panel.addEventListener(type, act, true);
  return () => {
    for (const [type, act] of Object.entries(heard)) panel.removeEventListener(type, act, true);
  };
}
