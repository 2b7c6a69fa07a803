// For JupyterLab and Notebook 7: a panel whose kernel has gone is shown as its picture, pictures have words,
// opening a notebook does not change it, the glossary opens beside the text, and a slow page loses no message of the
// kernel. Needs no bundler: all it uses is reached from the application or from the modules that extensions share.

(() => {
  const WIDGET = "application/vnd.jupyter.widget-view+json";
  const PICTURE = "image/png";

  function describe(image, metadata) {
    const alt = metadata?.[PICTURE]?.alt;
    if (image && alt) image.alt = alt;
  }

  // A widget that is not found leaves its renderer empty, of class `jupyter-widgets`; the class is not there while it waits.
  function isLost(renderer) {
    return renderer.hasClass("jupyter-widgets") && !renderer.widgets.length;
  }

  function showPicture(renderer, data, metadata) {
    const image = document.createElement("img");
    image.src = `data:${PICTURE};base64,${data}`;
    describe(image, metadata);
    renderer.node.replaceChildren(image);
    renderer.removeClass("jupyter-widgets");
    renderer.addClass("jp-RenderedImage");
  }

  function mend(renderer, mimeType) {
    if (mimeType !== WIDGET && mimeType !== PICTURE) return renderer;
    const render = renderer.renderModel;
    let shown; // the widget that is in view, or about to be: a picture that comes later leaves it as it is
    renderer.renderModel = async (model) => {
      const id = model.data[WIDGET]?.model_id;
      if (mimeType === WIDGET && id && id === shown) return;
      shown = id;
      await render.call(renderer, model);
      if (!renderer.widgets?.length) shown = undefined;
      if (mimeType === PICTURE) describe(renderer.node.querySelector("img"), model.metadata);
      else if (model.data[PICTURE] && isLost(renderer)) showPicture(renderer, model.data[PICTURE], model.metadata);
    };
    return renderer;
  }

  // A kernel tells the version of its Python. Notebooks that are saved without one stay as they are.
  function keepLanguage(model) {
    const set = model.setMetadata;
    model.setMetadata = (key, value) => {
      const saved = key === "language_info" && model.getMetadata(key);
      if (saved?.mimetype && !saved.version && saved.name === value?.name) return;
      set.call(model, key, value);
    };
  }

  // anywidget gives the JavaScript of a component two seconds to load. On a busy page it takes longer, and then
  // anywidget throws away this and every later message for the component: it would stay empty for good. The message
  // goes to the component's model instead, where its JavaScript finds it when it comes.
  const TOO_LATE = "[anywidget] Failed to initialize model.";

  async function keepMessages(shared) {
    const [provider] = Object.values(shared["@jupyter-widgets/base"] ?? {});
    const { WidgetModel } = provider ? (await provider.get())() : {};
    if (!WidgetModel) return;
    window.addEventListener("unhandledrejection", (event) => {
      if (event.reason?.message === TOO_LATE) event.preventDefault(); // of a component that nothing was sent to
    });
    const { initialize, _handle_comm_msg: handle } = WidgetModel.prototype;
    WidgetModel.prototype.initialize = function (...given) {
      initialize.apply(this, given);
      this.comm?.on_msg(async (message) => {
        try {
          await this._handle_comm_msg(message);
        } catch (error) {
          if (error?.message !== TOO_LATE) throw error;
          await handle.call(this, message);
        }
      });
    };
  }

  const GLOSSARY = "glossary.md";

  // What stands after # in a link to a heading: as GitHub, and our glossary, make it. JupyterLab keeps capitals.
  function anchorOf(heading) {
    const text = heading.textContent.toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, "");
    return text.trim().replaceAll(" ", "-");
  }

  // A page that was opened just now is rendered a little later: look again, for two seconds at most.
  function showEntry(node, anchor, left = 120) {
    const headings = [...node.querySelectorAll("h1, h2, h3")];
    const entry = anchor ? headings.find((one) => anchorOf(one) === anchor) : headings[0];
    if (!entry && left) return void requestAnimationFrame(() => showEntry(node, anchor, left - 1));
    if (!entry) return;
    entry.tabIndex = -1;
    entry.focus({ preventScroll: true });
    entry.scrollIntoView({ block: "start" });
  }

  async function open(app, path, anchor) {
    const isGlossary = path.split("/").pop() === GLOSSARY;
    const beside = { factory: "Markdown Preview", options: { mode: "split-right" } };
    const page = await app.commands.execute("docmanager:open", { path, ...(isGlossary ? beside : {}) });
    if (page && isGlossary) showEntry(page.node, anchor);
  }

  // Where a link leads. Of a text JupyterLab has made it one to the file on the server; of a component it is the name
  // of a file beside the notebook.
  function targetOf(app, link) {
    const file = link.dataset.qkOpen;
    if (!file) {
      const path = decodeURIComponent(link.pathname.split("/files/")[1] ?? "");
      return path.split("/").pop() === GLOSSARY ? { path, anchor: link.hash.slice(1) } : null;
    }
    const folder = (app.shell.currentWidget?.context?.path ?? "").split("/").slice(0, -1);
    return { path: [...folder, file].join("/"), anchor: "" };
  }

  function hearLinks(app) {
    const onClick = (event) => {
      const link = event.target.closest?.("a");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const page = link.closest(".jp-MarkdownViewer");
      const own =
        page && link.getAttribute("href")?.startsWith("#") && !link.classList.contains("jp-InternalAnchorLink");
      const target = own ? null : targetOf(app, link);
      if (!own && !target) return;
      event.preventDefault();
      event.stopPropagation();
      if (own) showEntry(page, link.hash.slice(1));
      else open(app, target.path, target.anchor);
    };
    document.addEventListener("click", onClick, true);
  }

  const extension = {
    createNew(panel, context) {
      const { rendermime } = panel.content;
      const create = rendermime.createRenderer;
      rendermime.createRenderer = (mimeType) => mend(create.call(rendermime, mimeType), mimeType);
      keepLanguage(context.model);
    },
  };
  let shared = {};
  const plugin = {
    id: "qkdlab:continuity",
    autoStart: true,
    async activate(app) {
      app.docRegistry.addWidgetExtension("Notebook", extension);
      hearLinks(app);
      await keepMessages(shared);
    },
  };
  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB.qkdlab = {
    init: async (scope) => {
      shared = scope;
    },
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
