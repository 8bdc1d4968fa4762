/**
 * An element with attributes and children. Text goes in as text: what customers or requests say is never markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string>>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * The element of an id that the page is written with.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page lacks #${id}`);
  return found;
}

/**
 * Makes a list agree with its items, and keeps the elements of items that stay: focus is not lost while others change.
 * @template Item
 * @param {HTMLElement} list
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => HTMLElement} create
 * @param {(row: HTMLElement, item: Item) => void} update
 */
export function reconcile(list, items, keyOf, create, update) {
  /** @type {Map<string | undefined, HTMLElement>} */
  const old = new Map();
  for (const child of list.children) if (child instanceof HTMLElement) old.set(child.dataset.key, child);
  items.forEach((item, index) => {
    const key = keyOf(item);
    const row = old.get(key) ?? create(item);
    old.delete(key);
    row.dataset.key = key;
    update(row, item);
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
  });
  for (const row of old.values()) row.remove();
}

/**
 * @param {HTMLElement} row
 * @param {string} selector
 * @param {string} text
 * @param {string} [tone]
 */
export function setText(row, selector, text, tone) {
  const target = row.querySelector(selector);
  if (!(target instanceof HTMLElement)) return;
  if (target.textContent !== text) target.textContent = text;
  if (tone !== undefined) target.dataset.tone = tone;
}

/** @param {number} at epoch ms */
export const clockTime = (at) => {
  const date = new Date(at);
  return `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
};
