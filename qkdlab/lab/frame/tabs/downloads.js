import { html, mount, setText } from "../../components/common.js";
import { pngOf, svgOfPage } from "./svg_of_page.js";

const CONTENTS = ".qk-panel-main > .widget-tab-contents";
const PNG_SCALE = 2;
const ROUNDS = 4; // so often a tab is made higher for a picture: what grows with it needs more
const TAKEN_MS = 10_000; // after so long the browser has what it was given

// How many pixels are scrolled away in a part of the page.
function lackOf(page) {
  const lacks = [page, ...page.querySelectorAll(".qk, .qk *")]
    .filter((one) => one.scrollHeight > one.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(one).overflowY))
    .map((one) => one.scrollHeight - one.clientHeight);
  return Math.max(0, ...lacks);
}

// Run something while a tab is laid out, and nobody sees it, as large as it is when it is chosen, and as high as
// all that it shows.
async function whileLaidOut(page, run) {
  const before = page.getAttribute("style") ?? "";
  const hidden = page.classList.contains("lm-mod-hidden");
  if (hidden) {
    Object.assign(page.style, { position: "absolute", inset: "8px", opacity: 0, pointerEvents: "none" });
    page.classList.remove("lm-mod-hidden");
    for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
  }
  for (let times = 0; times < ROUNDS && lackOf(page); times += 1) {
    Object.assign(page.style, { height: `${page.offsetHeight + lackOf(page)}px`, bottom: "auto", flex: "none" });
    for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
  }
  try {
    return await run();
  } finally {
    page.setAttribute("style", before);
    if (hidden) page.classList.add("lm-mod-hidden");
  }
}

function render({ model, el }) {
  const view = mount(model, el, "downloads");
  const { root, words, say, listen } = view;
  const [drawn, written] = ["drawn", "written"].map((kind) => html("div", { class: kind }, root));
  const select = html("select", {}, html("label", { class: "figure" }, drawn, words.figure));
  const button = (name, parent, run) =>
    listen(html("button", { type: "button", title: words[`${name}_hint`] }, parent, words[name]), "click", run);
  const kinds = html("span", { class: "kinds" }, drawn);
  button("svg", kinds, () => figure("svg"));
  button("png", kinds, () => figure("png"));
  button("csv", written, () => model.send({ asked: "csv" }));
  button("report", written, () => model.send({ asked: "report" }));
  const told = html("span", { role: "status" }, root);

  function fillMenu() {
    select.replaceChildren();
    for (const { name, tab } of model.get("figures")) html("option", { value: tab }, select, name);
  }

  function give(blob, file) {
    const link = html("a", { href: URL.createObjectURL(blob), download: file, hidden: "" }, root);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), TAKEN_MS);
    link.remove();
    setText(told, say("given", { file }));
  }

  async function figure(kind) {
    const page = root.closest(".qk-panel")?.querySelector(CONTENTS)?.children[Number(select.value)];
    if (!page) return setText(told, words.failed);
    try {
      const background = getComputedStyle(root).backgroundColor;
      const picture = await whileLaidOut(page, () => svgOfPage(page, background));
      const name = select.selectedOptions[0].textContent.toLowerCase().replaceAll(/\W+/g, "-");
      const file = `${model.get("file")}-${name}.${kind}`;
      give(
        kind === "svg" ? new Blob([picture.text], { type: "image/svg+xml" }) : await pngOf(picture, PNG_SCALE),
        file,
      );
    } catch {
      setText(told, words.failed);
    }
  }

  const hear = ({ file, text, type }) => file && give(new Blob([text], { type }), file);
  model.on("msg:custom", hear);
  view.undo.push(() => model.off("msg:custom", hear));
  view.on(["figures"], fillMenu);
  fillMenu();
  return view.cleanup;
}

export default { render };
