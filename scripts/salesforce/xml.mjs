/** Reads XML as strictly as Salesforce, where one wrong character makes the whole deployment fail. */

const NAME = /[A-Za-z_][\w.:-]*/y;
const ATTRIBUTE = /\s+([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const ENTITIES = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

/** What is wrong with the XML, and in which line. */
export class XmlError extends Error {
  constructor(message, line) {
    super(message);
    this.line = line;
  }
}

class Reader {
  #text;
  #at = 0;

  constructor(text) {
    this.#text = text;
  }

  document() {
    const {root} = this.#content(undefined);
    if (!root) this.#fail('there is no element');
    return root;
  }

  get #line() {
    return this.#text.slice(0, this.#at).split('\n').length;
  }

  #fail(message) {
    throw new XmlError(message, this.#line);
  }

  #starts(text) {
    return this.#text.startsWith(text, this.#at);
  }

  #match(pattern) {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  /** Skips to the end of a comment or a declaration. */
  #skip(end, what) {
    const found = this.#text.indexOf(end, this.#at);
    if (found < 0) this.#fail(`${what} does not end`);
    this.#at = found + end.length;
  }

  #decode(text) {
    return text.replace(/&([^;&\s]*;?)/g, (_, name) => {
      const code = /^#(?:x([0-9a-fA-F]+)|(\d+));$/.exec(name);
      if (code) return String.fromCodePoint(code[1] ? parseInt(code[1], 16) : Number(code[2]));
      const known = name.endsWith(';') && Object.hasOwn(ENTITIES, name.slice(0, -1));
      return known ? ENTITIES[name.slice(0, -1)] : this.#fail('write & as &amp;');
    });
  }

  /** Text and elements up to the end of `parent`, or of the document. */
  #content(parent) {
    const children = [];
    let text = '';
    while (this.#at < this.#text.length) {
      if (this.#starts('<!--')) this.#skip('-->', 'a comment');
      else if (this.#starts('<?') && this.#at === 0) this.#skip('?>', 'the declaration');
      else if (this.#starts('<!')) this.#fail('document types and CDATA are not allowed');
      else if (this.#starts('</')) {
        this.#at += 2;
        const end = this.#match(NAME)?.[0];
        if (end !== parent) this.#fail(`</${end}> closes ${parent ? `<${parent}>` : 'nothing'}`);
        if (!this.#match(/\s*>/y)) this.#fail(`</${end} does not end`);
        return {children, text};
      } else if (this.#starts('<')) {
        if (!parent && children.length > 0) this.#fail('there is a second outermost element');
        children.push(this.#element());
      } else {
        const [run] = this.#match(/[^<]+/y);
        if (!parent && run.trim() !== '') this.#fail('there is text outside of the outermost element');
        text += this.#decode(run);
      }
    }
    if (parent) this.#fail(`<${parent}> is not closed`);
    return {root: children[0]};
  }

  #element() {
    const line = this.#line;
    this.#at++;
    const name = this.#match(NAME)?.[0];
    if (!name) this.#fail('write < as &lt;');
    const attributes = {};
    for (let found; (found = this.#match(ATTRIBUTE));) {
      const [, key, double, single] = found;
      if (Object.hasOwn(attributes, key)) this.#fail(`<${name}> has ${key} twice`);
      attributes[key] = this.#decode(double ?? single);
    }
    const end = this.#match(/\s*(\/?)>/y);
    if (!end) this.#fail(`<${name}> is not written as a tag is`);
    const {children, text} = end[1] ? {children: [], text: ''} : this.#content(name);
    return {name, line, attributes, children, text};
  }
}

/**
 * @returns {{name: string, line: number, attributes: Record<string, string>, children: object[], text: string}} the
 * root element.
 * @throws {XmlError}
 */
export const readXml = (text) => new Reader(text.replace(/^\uFEFF/, '')).document();

export const childrenOf = (element, name) => element.children.filter((child) => child.name === name);

/** The text of the first child of this name. */
export const textOf = (element, name) => childrenOf(element, name)[0]?.text.trim();

/** An element and all its descendants. */
export const allBelow = (element) => [element, ...element.children.flatMap(allBelow)];
