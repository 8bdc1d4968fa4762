/// <reference types="xrm" />
import type {XrmMockGenerator} from 'xrm-mock';

type Factory = (...args: unknown[]) => void;

const defined = new Map<string, {readonly needs: readonly string[]; readonly make: Factory}>();
const made = new Map<string, object>();

/** The little of AMD that the library's bundle needs. */
function load(name: string): object {
  const known = made.get(name);
  if (known) return known;
  const module = defined.get(name);
  if (!module) throw new Error(`xrm-mock has no module ${name}`);
  const exports = {};
  made.set(name, exports);
  const given = (need: string): unknown => (need === 'require' ? load : need === 'exports' ? exports : load(need));
  module.make(...module.needs.map(given));
  return exports;
}

let generator: Promise<typeof XrmMockGenerator> | undefined;

/** xrm-mock as it is published: its bundle for browsers. */
export function xrmMock(): Promise<typeof XrmMockGenerator> {
  generator ??= new Promise((resolve, reject) => {
    const define = (name: string, needs: readonly string[], make: Factory): void =>
      void defined.set(name, {needs, make});
    Object.assign(globalThis, {define});
    const script = document.createElement('script');
    script.src = '/node_modules/xrm-mock/build/index.js';
    script.onerror = () => reject(new Error('xrm-mock could not be loaded'));
    script.onload = () => {
      Reflect.deleteProperty(globalThis, 'define');
      resolve(
        (load('xrm-mock-generator/xrm-mock-generator') as {XrmMockGenerator: typeof XrmMockGenerator}).XrmMockGenerator,
      );
    };
    document.head.append(script);
  });
  return generator;
}
