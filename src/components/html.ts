import {html as litHtml, noChange, svg as litSvg, type TemplateResult} from 'lit';
import {directive, Directive, PartType, type ChildPart, type PartInfo} from 'lit/directive.js';

/**
 * Text that stays true whoever changes the page. Translators and click-to-call extensions put text nodes into elements of
 * their own; Lit would go on writing beside the node it made. What they have done stands until the text changes.
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
    // Lit takes out all that stands in this place.
    return (this.#node = document.createTextNode(String(value)));
  }
}

const own = directive(OwnText);

/**
 * Lit's `html`, with every text that is filled in as `OwnText`. No letters may follow directly on what is filled in: their
 * text node would mark its end, and may be taken away.
 */
export const html = (strings: TemplateStringsArray, ...values: readonly unknown[]): TemplateResult<1> =>
  litHtml(strings, ...values.map(owned));

/** Lit's `svg`, as `html` above. */
export const svg = (strings: TemplateStringsArray, ...values: readonly unknown[]): TemplateResult<2> =>
  litSvg(strings, ...values.map(owned));

const owned = (value: unknown): unknown => (typeof value === 'string' ? own(value) : value);
