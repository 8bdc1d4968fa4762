/** Answers OData queries over rows in memory, as strictly as Dataverse: what is not well formed is refused. */

const PRIMARY_KEYS = {phonecall: 'activityid', task: 'activityid', email: 'activityid', appointment: 'activityid'};

export const keyOf = (entity) => PRIMARY_KEYS[entity] ?? `${entity}id`;

export class ODataError extends Error {
  /** Dataverse's code for a query that it cannot read. */
  errorCode = -2147219456;
}

/** `%`, `_` and sets in brackets, as `contains` of Dataverse takes them. */
function like(pattern) {
  const source = pattern.replace(/\[[^\]]+\]|[\s\S]/g, (part) => {
    if (part === '%') return '[\\s\\S]*';
    if (part === '_') return '[\\s\\S]';
    const set = part.length > 1 ? part.slice(1, -1) : part;
    return set.length > 1 ? `[${set.replace(/[\\\]]/g, '\\$&')}]` : set.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(source, 'i');
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|([A-Za-z_]\w*)|([(),]))/iy;

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new ODataError(`a filter cannot be read at ${at}`);
    const [, string, guid, name, sign] = match;
    if (string !== undefined) found.push({kind: 'value', value: string.slice(1, -1).replaceAll("''", "'")});
    else if (guid !== undefined) found.push({kind: 'value', value: guid});
    else found.push({kind: name === undefined ? 'sign' : 'name', value: name ?? sign});
  }
  return found;
}

/** Reads a filter of comparisons, `contains`, `and`, `or` and brackets into a test of a row. */
function filterOf(text) {
  const all = tokens(text);
  let at = 0;
  const take = (kind, value) => {
    const token = all[at++];
    if (token?.kind !== kind || (value !== undefined && token.value !== value)) {
      throw new ODataError('a filter has something in a wrong place');
    }
    return token.value;
  };
  const column = (row, name) => {
    if (!Object.hasOwn(row, name)) throw new ODataError(`there is no column ${name}`);
    return String(row[name] ?? '');
  };
  function term() {
    if (all[at]?.value === '(' && all[at].kind === 'sign') {
      take('sign', '(');
      const inner = or();
      take('sign', ')');
      return inner;
    }
    const name = take('name');
    if (name === 'contains') {
      take('sign', '(');
      const field = take('name');
      take('sign', ',');
      const pattern = like(take('value'));
      take('sign', ')');
      return (row) => pattern.test(column(row, field));
    }
    take('name', 'eq');
    const wanted = take('value').toLowerCase();
    return (row) => column(row, name).toLowerCase() === wanted;
  }
  function chain(word, next, join) {
    let left = next();
    while (all[at]?.kind === 'name' && all[at].value === word) {
      at++;
      left = join(left, next());
    }
    return left;
  }
  const and = () => chain('and', term, (a, b) => (row) => a(row) && b(row));
  const or = () => chain('or', and, (a, b) => (row) => a(row) || b(row));
  const filter = or();
  if (at !== all.length) throw new ODataError('a filter goes on after its end');
  return filter;
}

/** Rows of `records` for `?$select=…&$filter=…&$top=…`, each with its primary key. */
export function query(records, entity, options) {
  const given = new Map(
    options
      .replace(/^\?/, '')
      .split('&')
      .map((part) => [part.slice(0, part.indexOf('=')), decodeURIComponent(part.slice(part.indexOf('=') + 1))]),
  );
  const unknown = [...given.keys()].find((name) => !['$select', '$filter', '$top', '$search'].includes(name));
  if (unknown !== undefined) throw new ODataError(`there is no option ${unknown}`);
  const key = keyOf(entity);
  const rows = records.filter((record) => record.entity === entity).map(({id, fields}) => ({...fields, [key]: id}));
  const filter = given.has('$filter') ? filterOf(given.get('$filter')) : () => true;
  const select = given.get('$select')?.split(',');
  return rows
    .filter(filter)
    .slice(0, Number(given.get('$top') ?? 5_000))
    .map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !select || name === key || select.includes(name))),
    );
}
