import {adoptStyles, LitElement, type CSSResult} from 'lit';

const sheets = new WeakMap<Document, Map<string, CSSStyleSheet>>();

/** A constructed style sheet belongs to its document and cannot be used in another one. */
function sheetFor(view: Window & typeof globalThis, {cssText}: CSSResult): CSSStyleSheet {
  let known = sheets.get(view.document);
  if (!known) sheets.set(view.document, (known = new Map<string, CSSStyleSheet>()));
  let sheet = known.get(cssText);
  if (!sheet) {
    sheet = new view.CSSStyleSheet();
    sheet.replaceSync(cssText);
    known.set(cssText, sheet);
  }
  return sheet;
}

/** An element that keeps its styles when the page moves it into another document, such as a popup window or a frame. */
export class MovableElement extends LitElement {
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const {elementStyles, shadowRootOptions} = this.constructor as typeof MovableElement;
    const root = this.shadowRoot ?? this.attachShadow(shadowRootOptions);
    const view = this.ownerDocument.defaultView;
    if (this.ownerDocument === document || !view) adoptStyles(root, elementStyles);
    else root.adoptedStyleSheets = elementStyles.map((style) => sheetFor(view, style as CSSResult));
    return root;
  }

  /** The browser calls this after a move to another document. The style sheets do not come along. */
  adoptedCallback(): void {
    if (this.shadowRoot) this.createRenderRoot();
  }
}
