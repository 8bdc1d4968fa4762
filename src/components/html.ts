import {html as litHtml, noChange, svg as litSvg, type TemplateResult} from 'lit';
import {directive, Directive, PartType, type ChildPart, type PartInfo} from 'lit/directive.js';

/**
 * Text that stays right when others change the page. Translators and click-to-call extensions replace text nodes by elements
 * of their own, and Lit would go on writing into the node it made. Their changes stay until our text changes.
 */
class OwnText extends Directive {
  readonly #isText: boolean;
  #node: Text | undefined;
  #shown: unknown;

  constructor(info: PartInfo) {
    super(info);
    this.#isText = info.type === PartType.CHILD;
  }

  override render(value: unknown): unknown {
    return value;
  }

  override update(part: ChildPart, [value]: [unknown]): unknown {
    if (!this.#isText) return value;
    if (value === this.#shown) return noChange;
    this.#shown = value;
    const node = this.#node;
    if (node && node.previousSibling === part.startNode && node.nextSibling === part.endNode) {
      node.data = String(value);
      return noChange;
    }
    // Lit removes whatever is in this place.
    return (this.#node = document.createTextNode(String(value)));
  }
}

const own = directive(OwnText);

/**
 * Lit's `html`, with every text value as `OwnText`. In the template no text may follow directly after a value: Lit would use
 * its text node to mark the value's end, and others may remove that node.
 */
export const html = (strings: TemplateStringsArray, ...values: readonly unknown[]): TemplateResult<1> =>
  litHtml(strings, ...values.map(owned));

/** Lit's `svg`, in the same way. */
export const svg = (strings: TemplateStringsArray, ...values: readonly unknown[]): TemplateResult<2> =>
  litSvg(strings, ...values.map(owned));

const owned = (value: unknown): unknown => (typeof value === 'string' ? own(value) : value);
