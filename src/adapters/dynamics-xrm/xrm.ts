import {AdapterError} from '../crm-adapter.js';

/** The part of `Xrm` that is used. Source: crm-hosts.md B2. */
export interface XrmApi {
  readonly Navigation: {
    openForm(options: Readonly<Record<string, unknown>>, parameters?: Readonly<Record<string, unknown>>): unknown;
    navigateTo(page: Readonly<Record<string, unknown>>): unknown;
  };
  readonly Utility?: {
    getGlobalContext(): {readonly userSettings: {readonly userId: string}};
  };
  readonly WebApi: {
    retrieveMultipleRecords(entity: string, options: string, maxPageSize?: number): unknown;
    createRecord(entity: string, row: Readonly<Record<string, unknown>>): unknown;
  };
}

/** How often a form that is still starting is looked at again, in ms. Source: our choice. */
const LOOK_GAP_MS = 100;

/** The window around this one, if it has our origin: only then it can be read. */
export function formWindow(): Window | undefined {
  try {
    return window.parent !== window && window.parent.location.origin === location.origin ? window.parent : undefined;
  } catch {
    return undefined;
  }
}

/** `Xrm` of this page or of the form around it, once it can do what is needed. Never throws. */
export function findXrm(): XrmApi | undefined {
  for (const holder of [globalThis, formWindow()]) {
    try {
      const xrm = (holder as {Xrm?: XrmApi} | undefined)?.Xrm;
      if (xrm && typeof xrm.Navigation.openForm === 'function' && xrm.WebApi) return xrm;
    } catch {
      // Another site's window, or an `Xrm` that is not all there yet.
    }
  }
  return undefined;
}

/**
 * Waits for `Xrm`: a form starts its web resources before it is ready itself.
 * @throws {AdapterError} `notHere` outside of a form.
 */
export async function waitForXrm(limitMs: number, signal: AbortSignal): Promise<XrmApi> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const xrm = findXrm();
    if (xrm) return xrm;
    if (!formWindow() || signal.aborted || performance.now() > giveUpAt) {
      throw new AdapterError('notHere', 'dynamics-xrm: this page is in no form');
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_GAP_MS));
  }
}
