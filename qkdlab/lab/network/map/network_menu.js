import { html, setText } from "../../components/common.js";

// The menu of an item: opens beside it, closes on Escape, on a press outside and when an action was chosen.
// `stand` puts it there.
export function itemMenu({ root, listen }, stand, choose) {
  const box = html("div", { class: "menu", hidden: "" }, root);
  const about = html("p", { class: "about", "aria-hidden": "true" }, box);
  const list = html("div", { role: "menu" }, box);
  let open = null; // { node, item, actions }

  const buttons = () => [...list.children];
  const focus = (index) =>
    buttons()
      .at(index % buttons().length)
      ?.focus();

  function close(back = true) {
    if (!open) return;
    const { node } = open;
    open = null;
    box.hidden = true;
    node.setAttribute("aria-expanded", "false");
    if (back) node.focus({ preventScroll: true });
  }

  function fillList(item) {
    open.actions = JSON.stringify(item.actions);
    setText(about, item.told);
    list.setAttribute("aria-label", item.menu);
    list.replaceChildren();
    for (const action of item.actions) {
      const button = html(
        "button",
        { type: "button", role: "menuitem", tabindex: -1, "data-action": action.id },
        list,
        action.text,
      );
      button.addEventListener("click", () => {
        close();
        choose(item, action);
      });
    }
  }

  listen(box, "keydown", (event) => {
    const at = buttons().indexOf(document.activeElement);
    const last = buttons().length - 1;
    const moves = { ArrowDown: at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last };
    if (event.key in moves) focus(moves[event.key]);
    else if (event.key === "Escape") close();
    else if (event.key === "Tab")
      return close(); // and on from the item
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  listen(
    document,
    "pointerdown",
    (event) => {
      if (open && !box.contains(event.target) && event.target.closest?.("[data-item]")?.dataset.id !== open.item.id)
        close(false);
    },
    true,
  );

  return {
    close,
    isOpen: () => Boolean(open),
    toggle(node, item) {
      const again = open?.node === node;
      close(again);
      if (again || !item.actions.length) return;
      open = { node, item };
      node.setAttribute("aria-expanded", "true");
      box.hidden = false;
      fillList(item);
      stand(box, item);
      focus(0);
    },
    // The map has changed: the menu says so, and closes when its item has gone or has nothing to offer.
    refresh(item) {
      if (!open) return;
      if (!item?.actions.length) return close(Boolean(item));
      open.item = item;
      setText(about, item.told);
      stand(box, item);
      if (open.actions === JSON.stringify(item.actions)) return;
      const at = Math.max(0, buttons().indexOf(document.activeElement));
      fillList(item);
      focus(Math.min(at, item.actions.length - 1));
    },
    open: () => open?.item,
  };
}
