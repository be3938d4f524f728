/** What the pages are made of; text is only ever text. */
const elements = (() => {
  "use strict";
  const node = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  const drawn = (tag, attributes, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) { element.setAttribute(name, value); }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  }
  const title = (text) => text.replace(/^./u, (first) => first.toUpperCase());
  const cut = (text, most) => (Array.from(text).length > most ? Array.from(text).slice(0, most - 1).join("") + "…" : text);
  return { node, drawn, title, cut };
})();
