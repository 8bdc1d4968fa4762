/** One cell of a written table: in `state`, after `event`, the machine is in `target`. */
export interface Cell {
  readonly state: string;
  readonly event: string;
  readonly target: string;
}

/**
 * Reads a table as people write it: the first line names the states, every other one an event and its targets. A dot
 * means "stays". Every row must be complete, so that no cell is forgotten.
 */
export function readMatrix(text: string): Cell[] {
  const [header = [], ...rows] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
  return rows.flatMap(([event = '', ...targets]) => {
    if (targets.length !== header.length) throw new Error(`${event}: ${targets.length} of ${header.length} cells`);
    return header.map((state, i) => ({state, event, target: targets[i] === '.' ? state : (targets[i] ?? '')}));
  });
}
