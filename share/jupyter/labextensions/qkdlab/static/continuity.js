// For JupyterLab and Notebook 7: a panel whose kernel has gone is shown as its picture, pictures have words,
// and opening a notebook does not change it. Needs no bundler: all it uses is reached from the application.

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
    renderer.renderModel = async (model) => {
      await render.call(renderer, model);
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

  const extension = {
    createNew(panel, context) {
      const { rendermime } = panel.content;
      const create = rendermime.createRenderer;
      rendermime.createRenderer = (mimeType) => mend(create.call(rendermime, mimeType), mimeType);
      keepLanguage(context.model);
    },
  };
  const plugin = {
    id: "qkdlab:continuity",
    autoStart: true,
    activate: (app) => void app.docRegistry.addWidgetExtension("Notebook", extension),
  };
  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB.qkdlab = {
    init: async () => {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
