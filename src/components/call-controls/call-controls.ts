import {html, nothing, type PropertyValues, type TemplateResult} from 'lit';
import {property} from 'lit/decorators/property.js';
import {repeat} from 'lit/directives/repeat.js';
import type {CallAction} from '../../domain/actions.js';
import type {InteractionState} from '../../domain/interaction.js';
import type {InteractionView} from '../../domain/snapshot.js';
import {asClock, secondsSince} from '../clock.js';
import {icon, type IconName} from '../icons.js';
import {tokens} from '../tokens.styles.js';
import {CxoneWidget} from '../widget.js';
import {styles} from './call-controls.styles.js';

/** A button: what it asks for, and what it looks like. */
type BarButton = readonly [action: BarAction, icon: IconName, look?: string];

/** The ten buttons in their order, those that belong together in pairs. */
const BAR: readonly (readonly [BarButton, BarButton])[] = [
  [
    ['answer', 'phone', 'go'],
    ['reject', 'close', 'end'],
  ],
  [
    ['hold', 'hold'],
    ['resume', 'resume'],
  ],
  [
    ['mute', 'mute'],
    ['unmute', 'mic'],
  ],
  [
    ['transfer', 'transfer'],
    ['conference', 'conference'],
  ],
  [
    ['dtmf', 'keypad'],
    ['release', 'hangup', 'end'],
  ],
];

/** Those that a press carries out at once, without parameters. */
type PlainAction = Exclude<CallAction, PanelKind>;
type PanelKind = 'transfer' | 'conference' | 'dtmf';
type BarAction = Exclude<CallAction, 'completeTransfer' | 'cancelTransfer'>;

const MEDIA_ICONS = {voice: 'phone', webchat: 'chat', email: 'mail', workitem: 'task', other: 'chat'} as const;
const KEYS = '123456789*0#';
const SHOWN_STATES: ReadonlySet<InteractionState> = new Set(['ringing', 'talking', 'hold', 'acw']);

/** The panel under the buttons: what is being entered, and for which interaction. View state only. */
interface Panel {
  readonly id: string;
  readonly kind: PanelKind;
  /** Tones that the platform has confirmed, and how many it has not. */
  readonly sent: string;
  readonly waiting: number;
}

/**
 * The agent's contacts, each with its own state and buttons, the one that matters most on top. A button that cannot be
 * used stays focusable and says why; one that was pressed waits until the platform has confirmed.
 *
 * @tag cxone-call-controls
 * @csspart group - One contact.
 * @csspart who - The customer's number or address.
 * @csspart time - The duration.
 * @csspart bar - The ten buttons.
 * @csspart button - Every button; each is also named by its action: `answer`, `hold` …
 * @csspart panel - What Transfer, Add and Keypad open.
 * @csspart target - The input of whom to reach.
 * @csspart digits - The input of the keypad.
 * @csspart idle - The line while there is no contact.
 * @csspart notice - What went wrong and must not be missed, until it is put away.
 * @csspart error - What was refused, in words.
 */
export class CxoneCallControls extends CxoneWidget {
  static override styles = [tokens, styles];

  /** `row`: buttons with words under their icons. `compact`: icons with tooltips. */
  @property({reflect: true}) layout: 'row' | 'compact' = 'row';

  /** The state of the contact that matters most: ringing, talking, hold, acw or idle. @readonly */
  @property({reflect: true}) state: Extract<InteractionState, 'ringing' | 'talking' | 'hold' | 'acw'> | 'idle' = 'idle';

  protected override readonly noticeCodes = ['commandNotDone', 'commandUnknown'] as const;
  #panel: Panel | undefined;
  #known = new Map<string, {readonly state: InteractionState; readonly who: string}>();
  #focused: Element | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const {items, frontId} = this.slice('interactions');
    const front = items.find((item) => item.interactionId === frontId) ?? items[0];
    this.state = front && SHOWN_STATES.has(front.state) ? (front.state as this['state']) : 'idle';
    if (this.#panel && !items.some((item) => item.interactionId === this.#panel?.id && this.#isLive(item))) {
      this.#panel = undefined;
    }
    this.#tell(items);
    this.#focused = (this.renderRoot as ShadowRoot).activeElement;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const focused = this.#focused;
    if (!focused || (this.renderRoot as ShadowRoot).activeElement === focused) return;
    // A contact that rings moves to the top and takes the focused one out of its place for a moment; one that ends
    // takes its buttons along. Keyboard users must not be thrown back to the top of the page.
    const next = focused.isConnected ? focused : this.renderRoot.querySelector('.bar button, .panel input, .idle');
    (next as HTMLElement | null)?.focus();
  }

  protected override body(): TemplateResult {
    const {items, frontId} = this.slice('interactions');
    if (!items.length) {
      return html`<p class="box idle" part="idle" tabindex="-1">${this.t(this.active ? 'call.none' : 'session.none')}</p>
        ${this.notices()}`;
    }
    const ordered = [...items].sort(
      (a, b) => Number(b.interactionId === frontId) - Number(a.interactionId === frontId),
    );
    return html`${repeat(
      ordered,
      (item) => item.interactionId,
      (item) => this.#group(item, items.indexOf(item)),
    )}${this.notices()}`;
  }

  /** States in which a panel may stay open. */
  #isLive({state}: InteractionView): boolean {
    return state === 'talking' || state === 'hold';
  }

  #who({direction, from, to}: InteractionView): string {
    return (direction === 'outbound' ? to || from : from || to) || this.t('call.unknown');
  }

  protected override whoIs(interactionId: string): string | undefined {
    const item = this.slice('interactions').items.find((one) => one.interactionId === interactionId);
    return item && this.#who(item);
  }

  /** Says what a person who does not look should know. */
  #tell(items: readonly InteractionView[]): void {
    const known = this.#known;
    this.#known = new Map();
    const tell = (state: 'ringing' | 'talking' | 'hold' | 'acw', who: string, item?: InteractionView): void =>
      this.say(
        this.t(`call.says.${state}`, {
          who,
          media: this.t(`media.${item?.mediaType ?? 'voice'}`),
          direction: this.t(`direction.${item?.direction ?? 'inbound'}`),
        }),
        state === 'ringing',
      );
    for (const item of items) {
      const {interactionId, state} = item;
      const before = known.get(interactionId);
      known.delete(interactionId);
      const who = this.#who(item);
      this.#known.set(interactionId, {state, who});
      // A page that opens in the middle of a call tells of nothing but a ring: the rest is no news.
      if (before?.state === state || (!before && state !== 'ringing')) continue;
      if (state !== 'queued' && state !== 'ended') tell(state, who, item);
    }
    for (const {state, who} of known.values()) if (state !== 'acw') tell('acw', who);
  }

  #group(item: InteractionView, key: number): TemplateResult {
    const {interactionId, state, mediaType, direction, muted, participants, startedAt, stateSince, consultOpen} = item;
    const who = this.#who(item);
    const inWords = this.t(`call.${state}`);
    const held = state === 'hold' ? asClock(secondsSince(this, stateSince)) : '';
    return html`<div
      class="box group"
      part="group"
      role="group"
      aria-label=${this.t('call.group', {media: this.t(`media.${mediaType}`), who: who.slice(0, 100), state: inWords})}
      data-interaction-id=${interactionId}
      data-state=${state}
      data-media=${mediaType}
    >
      <div class="row head">
        ${icon(MEDIA_ICONS[mediaType])}
        <div class="grow"><div class="who" part="who" dir="auto">${who}</div></div>
        <span class="time" part="time" role="timer" aria-label=${this.t('call.time')}
          >${asClock(secondsSince(this, state === 'acw' ? stateSince : startedAt))}</span
        >
      </div>
      <div class="row muted">
        <span class="badge">${inWords}</span>${muted ? html`<span class="badge">${this.t('call.muted')}</span>` : nothing}
        <span>${this.t(`direction.${direction}`)}</span>
        ${held ? html`<span class="time">${this.t('call.heldFor', {time: held})}</span>` : nothing}
      </div>
      ${
        participants.length
          ? html`<ul class="muted">
            ${participants.map(({role, target}) => html`<li>${this.t(`role.${role}`)}: <bdi>${target}</bdi></li>`)}
          </ul>`
          : nothing
      }
      ${
        item.unknownOutcome
          ? html`<p class="note">${this.t('call.unknownOutcome', {action: this.t(`action.${item.unknownOutcome}`)})}</p>`
          : nothing
      }
      <div class="bar" part="bar">${BAR.map(
        (pair) => html`<div class="pair">${pair.map((button) => this.#barButton(item, key, ...button))}</div>`,
      )}</div>
      ${
        consultOpen || item.waitingFor === 'completeTransfer' || item.waitingFor === 'cancelTransfer'
          ? html`<div class="row consult">
            ${this.#plainButton(item, key, 'completeTransfer', 'complete-transfer', 'main')}${this.#plainButton(
              item,
              key,
              'cancelTransfer',
              'cancel-transfer',
            )}
          </div>`
          : nothing
      }
      ${this.#panel?.id === interactionId ? this.#openPanel(item, key, this.#panel) : nothing}
    </div>`;
  }

  #barButton(item: InteractionView, key: number, action: BarAction, picture: IconName, look?: string): TemplateResult {
    const {interactionId, mediaType} = item;
    const isPanel = action === 'transfer' || action === 'conference' || action === 'dtmf';
    const isOpen = this.#panel?.id === interactionId && this.#panel.kind === action;
    return this.button({
      action,
      key,
      icon: action === 'release' && mediaType !== 'voice' ? 'close' : picture,
      label: this.t(action === 'release' && mediaType !== 'voice' ? 'end.contact' : `action.${action}`),
      // While it rings, Reject is the red one.
      look: action === 'release' && item.state === 'ringing' ? undefined : look,
      tip: this.layout === 'compact',
      reason: this.reason(item.actions[action]),
      busy: item.waitingFor === action,
      expanded: isPanel ? isOpen : undefined,
      press: () =>
        isPanel
          ? this.#show(isOpen ? undefined : {id: interactionId, kind: action, sent: '', waiting: 0})
          : this.#run(interactionId, action),
    });
  }

  #plainButton(
    item: InteractionView,
    key: number,
    command: PlainAction,
    action: string,
    look?: string,
  ): TemplateResult {
    return this.button({
      action,
      key,
      label: this.t(`action.${command}`),
      look,
      reason: this.reason(item.actions[command]),
      busy: item.waitingFor === command,
      press: () => this.#run(item.interactionId, command),
    });
  }

  #run(id: string, action: PlainAction): void {
    void this.ask((commands) => commands[action](id));
  }

  #show(panel: Panel | undefined): void {
    this.#panel = panel;
    this.requestUpdate();
    if (panel) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.panel input')?.focus());
  }

  /** Closes the panel and goes back to the button that opened it. */
  #close(): void {
    const panel = this.#panel;
    this.#show(undefined);
    const group = [...this.renderRoot.querySelectorAll<HTMLElement>('.group')].find(
      ({dataset}) => dataset['interactionId'] === panel?.id,
    );
    group?.querySelector<HTMLElement>(`[data-action=${panel?.kind}]`)?.focus();
  }

  #openPanel(item: InteractionView, key: number, panel: Panel): TemplateResult {
    const {kind} = panel;
    const title = this.t(
      kind === 'dtmf' ? 'action.dtmf' : kind === 'transfer' ? 'action.transfer' : 'panel.conference',
    );
    return html`<form
      class="panel row"
      part="panel"
      aria-label=${title}
      autocomplete="off"
      @submit=${(event: SubmitEvent) => this.#submit(event, item, kind)}
      @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && this.#close()}
    >
      <label class="grow" for="field-${key}">${this.t(kind === 'dtmf' ? 'panel.sent' : 'panel.target')}</label>
      ${this.button({
        action: 'close',
        key,
        icon: 'close',
        label: '',
        name: this.t('action.close'),
        press: () => this.#close(),
      })}
      ${kind === 'dtmf' ? this.#keypad(item, key, panel) : this.#target(item, key, kind)}
    </form>`;
  }

  #target(item: InteractionView, key: number, kind: 'transfer' | 'conference'): TemplateResult {
    const reason = this.reason(item.actions[kind]);
    const submit = (value: string, label: string, look?: string): TemplateResult => html`<button
      name="type"
      value=${value}
      class=${(reason === undefined && look) || nothing}
      part="button ${value}"
      aria-disabled=${reason === undefined ? nothing : 'true'}
      aria-describedby=${reason === undefined ? nothing : `why-${key}-${kind}`}
    >
      ${label}
    </button>`;
    // The first one is what Enter does: a consultation can be taken back, a blind transfer cannot.
    return html`<input id="field-${key}" name="target" part="target" required pattern=".*\\S.*" maxlength="256" dir="auto" />
      ${
        kind === 'transfer'
          ? html`${submit('consult', this.t('panel.consult'), 'main')}${submit('blind', this.t('panel.blind'))}`
          : submit('conference', this.t('panel.add'), 'main')
      }`;
  }

  #submit(event: SubmitEvent, item: InteractionView, kind: PanelKind): void {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (kind === 'dtmf' || !item.actions[kind].allowed) return;
    const target = form.querySelector('input')!.value.trim();
    const type = (event.submitter as HTMLButtonElement | null)?.value === 'blind' ? 'blind' : 'consult';
    this.#close();
    void this.ask((commands) =>
      kind === 'transfer'
        ? commands.transfer(item.interactionId, {target, type})
        : commands.conference(item.interactionId, {target}),
    );
  }

  #keypad(item: InteractionView, key: number, panel: Panel): TemplateResult {
    // Tones queue in order at the hub, so those under way do not stop the next.
    const reason = item.waitingFor === 'dtmf' ? undefined : this.reason(item.actions.dtmf);
    return html`<input
        id="field-${key}"
        name="digits"
        part="digits"
        inputmode="tel"
        dir="ltr"
        .value=${panel.sent + '·'.repeat(panel.waiting)}
        @beforeinput=${(event: InputEvent) => {
          event.preventDefault();
          this.#tone(item, event.data ?? event.dataTransfer?.getData('text') ?? '');
        }}
      />
      <div class="keys">
        ${[...KEYS].map(
          (digit) =>
            html`<button
              type="button"
              part="button key"
              data-digit=${digit}
              aria-disabled=${reason === undefined ? nothing : 'true'}
              @click=${() => this.#tone(item, digit)}
            >
              ${digit}
            </button>`,
        )}
      </div>`;
  }

  #tone(item: InteractionView, typed: string): void {
    const digits = typed.toUpperCase().replace(/[^0-9A-D*#]/g, '');
    const {dtmf} = item.actions;
    if (!digits || !(dtmf.allowed || item.waitingFor === 'dtmf')) return;
    const count = (waiting: number, sent = ''): void => {
      const panel = this.#panel;
      if (panel?.id !== item.interactionId || panel.kind !== 'dtmf') return;
      this.#panel = {...panel, waiting: panel.waiting + waiting, sent: panel.sent + sent};
      this.requestUpdate();
    };
    count(digits.length);
    void this.ask(async (commands) => {
      let sent = '';
      try {
        await commands.sendDtmf(item.interactionId, digits);
        sent = digits;
      } finally {
        count(-digits.length, sent);
      }
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cxone-call-controls': CxoneCallControls;
  }
}
