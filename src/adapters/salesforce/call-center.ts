/** The widgets' own section of the call-centre definition. Source: our choice; crm-hosts.md A6 custom sections. */
const SECTION = 'reqCxone';

/** `cxoneAgentId`, `agentId` → `agentId`. */
function settingOf(item: string): string {
  const bare = /^cxone_?(.)(.*)$/s.exec(item);
  return bare ? `${bare[1]!.toLowerCase()}${bare[2]!}` : item;
}

/** The items of a call centre by setting name. Items may be in any section, but the widgets' own section wins. */
export function callCenterItems(returnValue: unknown): Readonly<Record<string, unknown>> {
  if (typeof returnValue !== 'object' || returnValue === null) return {};
  const items = Object.entries(returnValue)
    .map(([key, value]: [string, unknown]) => ({path: /^\/([^/]+)\/([^/]+)$/.exec(key), value}))
    .flatMap(({path, value}) => (path ? [{section: path[1]!, name: settingOf(path[2]!), value}] : []));
  const last = items.filter(({section}) => section === SECTION);
  return Object.fromEntries(
    [...items.filter(({section}) => section !== SECTION), ...last].map(({name, value}) => [name, value]),
  );
}
