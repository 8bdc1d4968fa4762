import type {CallStateChange} from '../crm-adapter.js';
import type {OpenCti, OpenCtiMethod} from './open-cti.js';
import type {ItemState, SalesforceOptions} from './options.js';

const LABELS: Readonly<Record<ItemState, string>> = {
  idle: 'Phone',
  ringing: 'Ringing',
  talking: 'Connected',
  hold: 'On hold',
  acw: 'After-call work',
};
/** Utility icons of Salesforce's design system. */
const ICONS: Readonly<Record<ItemState, string>> = {
  idle: 'call',
  ringing: 'incoming_call',
  talking: 'unmuted',
  hold: 'pause',
  acw: 'clock',
};
/** The states from most to least urgent; the item shows the most urgent contact. */
const ORDER: readonly ItemState[] = ['ringing', 'talking', 'hold', 'acw'];

/** The softphone's item in the utility bar: label, icon and open panel. It follows the contacts and never throws. */
export class SoftphoneItem {
  readonly #cti: OpenCti;
  readonly #options: SalesforceOptions;
  readonly #failed: (method: OpenCtiMethod, error: unknown) => void;
  readonly #contacts = new Map<string, ItemState>();
  #label: string | undefined;
  #icon: string | undefined;

  constructor(cti: OpenCti, options: SalesforceOptions, failed: (method: OpenCtiMethod, error: unknown) => void) {
    this.#cti = cti;
    this.#options = options;
    this.#failed = failed;
  }

  follow({interactionId, state}: CallStateChange): void {
    if (state === 'ended') this.#contacts.delete(interactionId);
    else this.#contacts.set(interactionId, state);
    if (state === 'ringing' && (this.#options.openOnRing ?? true)) this.open();
    this.#show();
  }

  open(): void {
    this.#tell('setSoftphonePanelVisibility', {visible: true});
  }

  /** Removes all contacts from the item when none is known any more. */
  clear(): void {
    if (this.#contacts.size === 0) return;
    this.#contacts.clear();
    this.#show();
  }

  #show(): void {
    const states = [...this.#contacts.values()];
    const state = ORDER.find((candidate) => states.includes(candidate)) ?? 'idle';
    const label = this.#options.labels?.[state] ?? LABELS[state];
    const icon = this.#options.icons?.[state] ?? ICONS[state];
    if (label !== this.#label) this.#tell('setSoftphoneItemLabel', {label: (this.#label = label)});
    if (icon !== this.#icon) this.#tell('setSoftphoneItemIcon', {key: (this.#icon = icon)});
  }

  #tell(method: OpenCtiMethod, args: Readonly<Record<string, unknown>>): void {
    void this.#cti.call(method, args).catch((error: unknown) => this.#failed(method, error));
  }
}
