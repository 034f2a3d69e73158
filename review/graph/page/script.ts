/**
 * What the page does by itself: shows what is known of the node that is clicked or focused, and its lines. All that it writes is text, never
 * HTML.
 */
export const SCRIPT = `
"use strict";
(() => {
  const { nodes, edges, kinds, relations, changes } = JSON.parse(document.getElementById("topology").textContent);
  const main = document.querySelector("main");
  const drawing = document.querySelector(".drawing > svg");
  const panel = document.querySelector("aside");
  const shown = [...document.querySelectorAll("[data-node]")];
  const elements = new Map(shown.map((element) => [Number(element.dataset.node), element]));
  const lines = [...document.querySelectorAll("path[data-from]")];
  let chosen;

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  const link = (index) => {
    const button = make("button", { type: "button", textContent: nodes[index].label });
    button.addEventListener("click", () => elements.get(index).focus());
    return button;
  };

  const told = ({ relation, label }) => (label === relations[relation] ? label : relations[relation] + " (" + label + ")");

  const list = (title, items) => (items.length === 0 ? [] : [make("h3", { textContent: title }), make("ul", {}, ...items)]);

  const describe = (index) => {
    const { kind, label, detail, change, facts, steps, parent } = nodes[index];
    const close = make("button", { type: "button", className: "close", textContent: "×", ariaLabel: "Close" });
    close.addEventListener("click", () => choose(undefined));
    const facts_ = facts.flatMap(([name, value]) => [make("dt", { textContent: name }), make("dd", { textContent: value })]);
    const near = (from, to, arrow) =>
      edges
        .filter((edge) => edge[from] === index)
        .map((edge) => make("li", {}, arrow + " ", link(edge[to]), make("span", { className: "type", textContent: " " + told(edge) })));
    const within = nodes.flatMap((node, at) => (node.parent === index ? [make("li", {}, link(at), make("span", { className: "type", textContent: " " + kinds[node.kind] }))] : []));
    const stepsOf = steps.map(({ op, name, type, retained }) =>
      make("li", {}, make("span", { className: "op " + op, textContent: op }), name, make("br"), make("span", { className: "type", textContent: type + (retained ? ", the object stays" : "") })));
    panel.replaceChildren(
      close,
      make("p", { className: "what", textContent: kinds[kind] + (change ? ", " + changes[change] : "") }),
      make("h2", { textContent: label }),
      ...(detail ? [make("p", { className: "what", textContent: detail })] : []),
      make("dl", {}, ...facts_),
      ...list("In", parent === undefined ? [] : [make("li", {}, link(parent))]),
      ...list("Holds", within),
      ...list("Lines", [...near("to", "from", "←"), ...near("from", "to", "→")]),
      ...list("Plan", stepsOf),
    );
  };

  const choose = (index) => {
    if (index === chosen) return;
    if (chosen !== undefined) elements.get(chosen).classList.remove("chosen");
    const last = chosen;
    chosen = index;
    panel.hidden = index === undefined;
    main.classList.toggle("with-details", index !== undefined);
    drawing.classList.toggle("choosing", index !== undefined);
    if (index === undefined) {
      if (last !== undefined && panel.contains(document.activeElement)) elements.get(last).focus({ preventScroll: true });
      return;
    }
    const near = new Set([index]);
    for (const [at, node] of nodes.entries()) if (node.parent === index) near.add(at);
    for (const line of lines) {
      const from = Number(line.dataset.from);
      const to = Number(line.dataset.to);
      const isNear = from === index || to === index;
      line.classList.toggle("near", isNear);
      if (isNear) near.add(from).add(to);
    }
    for (const [at, element] of elements) element.classList.toggle("near", near.has(at));
    elements.get(index).classList.add("chosen");
    describe(index);
  };

  // With the arrow keys to the nearest node that way.
  const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const middle = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return element.classList.contains("frame") ? [x, y] : [x + width / 2, y + height / 2];
  };
  const nearest = (element, [dx, dy]) => {
    const [x, y] = middle(element);
    let best;
    for (const other of shown) {
      if (other === element) continue;
      const [ox, oy] = middle(other);
      const along = (ox - x) * dx + (oy - y) * dy;
      const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      const distance = along + 2 * aside;
      if (along > 2 && (best === undefined || distance < best.distance)) best = { other, distance };
    }
    return best && best.other;
  };

  for (const [index, element] of elements) {
    element.addEventListener("focus", () => choose(index));
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      element.focus({ preventScroll: true });
      choose(index);
    });
    element.addEventListener("keydown", (event) => {
      const direction = DIRECTIONS[event.key];
      if (event.key === "Enter" || event.key === " ") choose(index);
      else if (direction) nearest(element, direction)?.focus();
      else return;
      event.preventDefault();
    });
  }
  drawing.addEventListener("click", () => choose(undefined));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose(undefined);
  });
})();
`;
