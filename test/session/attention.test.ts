import {expect} from '@open-wc/testing';
import {Attention, reachOf} from '../../src/session/host/attention.js';
import {LateAttention} from '../../src/session/host/late-attention.js';
import {PagePresenceWatch} from '../../src/session/hub/page-presence.js';
import {askTokenSource} from '../../src/session/hub/token-source.js';
import type {PagePresence} from '../../src/worker/hub-api.js';
import {waitUntil} from '../support/wait-until.js';

const OFF = {ringTone: false, titleFlash: false, desktopNotifications: false};

/** Makes the page look unattended, as another window in front does. */
function unattended(hidden: boolean): () => void {
  const {hasFocus} = document;
  document.hasFocus = () => false;
  Object.defineProperty(document, 'hidden', {configurable: true, value: hidden});
  return () => {
    document.hasFocus = hasFocus;
    Reflect.deleteProperty(document, 'hidden');
  };
}

describe('Attention', () => {
  let attend: () => void = () => undefined;

  beforeEach(() => {
    document.title = 'Harbourline';
  });
  afterEach(() => attend());

  it('changes the title while nobody looks, and gives it back', async () => {
    attend = unattended(false);
    const attention = new Attention({...OFF, titleFlash: true});
    attention.ring('Incoming call');
    expect(document.title).to.equal('☎ Incoming call');
    await waitUntil(() => document.title === 'Harbourline', 'by turns', {timeout: 2_500});
    await waitUntil(() => document.title !== 'Harbourline', 'by turns', {timeout: 2_500});
    attention.stop();
    expect(document.title).to.equal('Harbourline');
  });

  it('leaves a title alone that the page set meanwhile', () => {
    attend = unattended(false);
    const attention = new Attention({...OFF, titleFlash: true});
    attention.ring('Incoming call');
    document.title = 'Another record';
    attention.stop();
    expect(document.title).to.equal('Another record');
  });

  it('does nothing to the title in front of the agent', () => {
    const {hasFocus} = document;
    document.hasFocus = () => true;
    const attention = new Attention({...OFF, titleFlash: true});
    attention.ring('Incoming call');
    expect(document.title).to.equal('Harbourline');
    attention.stop();
    document.hasFocus = hasFocus;
  });

  it('shows one notification, hidden pages only, and takes it back', () => {
    const shown: string[] = [];
    let closed = 0;
    const {Notification: real} = window;
    class Recorded extends EventTarget {
      static permission = 'granted';
      constructor(text: string) {
        super();
        shown.push(text);
      }
      close(): void {
        closed++;
      }
    }
    window.Notification = Recorded as unknown as typeof Notification;
    const attention = new Attention({...OFF, desktopNotifications: true});
    attend = unattended(false);
    attention.ring('Incoming call');
    attend();
    attend = unattended(true);
    attention.ring('Incoming call');
    attention.stop();
    window.Notification = real;
    expect(shown).to.deep.equal(['Incoming call']);
    expect(closed).to.equal(1);
  });
});

describe('the ring tone', () => {
  const {AudioContext: RealContext, OscillatorNode: RealOscillator} = window;
  let allowed = true;
  let contexts: AudioContext[] = [];
  let tones: OscillatorNode[] = [];
  let told: string[] = [];
  let attention: Attention;

  /** A browser that allows sound, or does as browsers do that refuse it: they say nothing, and start later. */
  class Scripted extends RealContext {
    #state: AudioContextState = 'suspended';
    constructor() {
      super();
      contexts.push(this);
    }
    override get state(): AudioContextState {
      return this.#state;
    }
    override resume(): Promise<void> {
      return allowed ? this.#become('running') : new Promise(() => undefined);
    }
    override suspend(): Promise<void> {
      return this.#become('suspended');
    }
    override close(): Promise<void> {
      return this.#become('closed');
    }
    async #become(state: AudioContextState): Promise<void> {
      await Promise.resolve();
      this.#state = state;
      super.dispatchEvent(new Event('statechange'));
    }
  }

  class Counted extends RealOscillator {
    constructor(...given: ConstructorParameters<typeof OscillatorNode>) {
      super(...given);
      tones.push(this);
    }
    override disconnect(): void {
      super.disconnect();
      tones = tones.filter((tone) => tone !== this);
    }
  }

  function start(isAllowed: boolean): void {
    [allowed, contexts, tones, told] = [isAllowed, [], [], []];
    attention = new Attention({...OFF, ringTone: true}, (code, isRefused) => told.push(`${code} ${isRefused}`));
  }

  before(() => {
    window.AudioContext = Scripted;
    window.OscillatorNode = Counted;
  });
  afterEach(() => attention.close());
  after(() => {
    window.AudioContext = RealContext;
    window.OscillatorNode = RealOscillator;
  });

  it('sounds while it rings, and gives the sound device back', async () => {
    start(true);
    await waitUntil(() => contexts[0]!.state === 'suspended');
    attention.ring('Incoming call');
    await waitUntil(() => tones.length === 2, 'two tones');
    attention.stop();
    expect(tones).to.have.lengthOf(0);
    await waitUntil(() => contexts[0]!.state === 'suspended');
    attention.close();
    await waitUntil(() => contexts[0]!.state === 'closed');
    expect([contexts.length, told]).to.deep.equal([1, []]);
  });

  it('tells that the browser refuses it before anything rings, and that a click changed that', async () => {
    start(false);
    await waitUntil(() => told.length > 0, 'told', {timeout: 5_000});
    expect(told).to.deep.equal(['ringToneBlocked true']);
    allowed = true;
    document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));
    await waitUntil(() => told.length > 1);
    expect(told).to.deep.equal(['ringToneBlocked true', 'ringToneBlocked false']);
  });

  it('piles nothing up while it is refused: after the click it is as loud as ever', async () => {
    start(false);
    await waitUntil(() => told.length > 0, 'told', {timeout: 5_000});
    attention.ring('Incoming call');
    attention.ring('Another incoming call');
    expect(tones).to.have.lengthOf(0);
    allowed = true;
    document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true}));
    await waitUntil(() => tones.length > 0, 'it sounds at once');
    expect(tones).to.have.lengthOf(2);
  });

  it('is switched on and off in the middle of a ring, with what was told of it', async () => {
    start(true);
    attention.setTone(false);
    await waitUntil(() => contexts[0]!.state === 'closed', 'the sound device is given back');
    attention.ring('Incoming call');
    attention.setTone(true);
    await waitUntil(() => tones.length === 2, 'it sounds at once');
    attention.setTone(false);
    expect(tones).to.have.lengthOf(0);
    attention.stop();
    allowed = false;
    attention.setTone(true);
    await waitUntil(() => told.length > 0, 'told', {timeout: 5_000});
    attention.setTone(false);
    expect(told).to.deep.equal(['ringToneBlocked true', 'ringToneBlocked false']);
  });
});

describe('what can reach the agent', () => {
  it('is known of each means', () => {
    const {permission} = Notification;
    expect(reachOf({titleFlash: true, desktopNotifications: true})).to.deep.equal({
      titleFlash: 'ready',
      desktopNotifications: permission === 'granted' ? 'ready' : permission === 'default' ? 'ask' : 'blocked',
    });
    expect(reachOf(OFF)).to.deep.equal({titleFlash: 'off', desktopNotifications: 'off'});
  });
});

describe('LateAttention', () => {
  /** Attention by script, which is loaded when the test says so. */
  function late() {
    const heard: string[] = [];
    const missing: unknown[] = [];
    const tone: boolean[] = [];
    const loads: {
      arrive(loaded: Pick<Attention, 'ring' | 'stop' | 'close' | 'setTone'>): void;
      fail(error: Error): void;
    }[] = [];
    const attention = new LateAttention(
      () => new Promise((arrive, fail) => loads.push({arrive, fail})),
      (error) => missing.push(error),
    );
    const arrive = async (): Promise<void> => {
      loads.at(-1)!.arrive({
        ring: (text) => heard.push(text),
        stop: () => heard.push('stop'),
        close: () => heard.push('close'),
        setTone: (isOn) => tone.push(isOn),
      });
      await Promise.resolve();
      await Promise.resolve();
    };
    return {attention, heard, missing, loads, tone, arrive};
  }

  it('rings what began to ring while it was loaded, once', async () => {
    const {attention, heard, loads, arrive} = late();
    void attention.prepare();
    attention.ring('Incoming call');
    attention.ring('Incoming chat');
    await arrive();
    expect(loads).to.have.lengthOf(1);
    expect(heard).to.deep.equal(['Incoming chat']);
    attention.stop();
    expect(heard).to.deep.equal(['Incoming chat', 'stop']);
  });

  it('is silent where the ringing was over by then', async () => {
    const {attention, heard, arrive} = late();
    attention.ring('Incoming call');
    attention.stop();
    await arrive();
    expect(heard).to.deep.equal([]);
  });

  it('gives everything back though the page was left while it was loaded', async () => {
    const {attention, heard, arrive} = late();
    attention.ring('Incoming call');
    attention.close();
    await arrive();
    expect(heard).to.deep.equal(['close']);
  });

  it('tells that it could not be loaded, and tries again at the next ring', async () => {
    const {attention, heard, missing, loads, arrive} = late();
    attention.ring('Incoming call');
    loads[0]!.fail(new TypeError('not found'));
    await waitUntil(() => missing.length === 1);
    attention.ring('Incoming call');
    await arrive();
    expect(heard).to.deep.equal(['Incoming call']);
  });

  it('has the tone that was last chosen, though that was while it was loaded', async () => {
    const {attention, tone, loads, arrive} = late();
    attention.setTone(false);
    expect(loads, 'nothing is loaded for silence').to.have.lengthOf(0);
    for (const isOn of [true, false, true]) attention.setTone(isOn);
    await arrive();
    for (const isOn of [true, false]) attention.setTone(isOn);
    attention.close();
    attention.setTone(true);
    expect(loads).to.have.lengthOf(1);
    expect(tone).to.deep.equal([true, false]);
  });
});

describe('PagePresenceWatch', () => {
  it('tells activity at once, then at most once a second, the last one too', async () => {
    const told: PagePresence[] = [];
    const watch = new PagePresenceWatch((presence) => told.push(presence));
    for (let i = 0; i < 50; i++) document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true}));
    expect(told).to.have.lengthOf(1);
    await waitUntil(() => told.length === 2, 'the last one', {timeout: 2_000});
    expect(told[1]!.activeAt).to.be.at.least(told[0]!.activeAt);
    watch.stop();
    document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));
    expect(told).to.have.lengthOf(2);
  });

  it('tells a host that is ready, once', () => {
    const told: PagePresence[] = [];
    const watch = new PagePresenceWatch((presence) => told.push(presence));
    watch.setAdapter('host');
    watch.setAdapter('host');
    watch.stop();
    expect(told.map(({adapter}) => adapter)).to.deep.equal(['host']);
  });
});

describe('askTokenSource', () => {
  it('takes a token with or without its life', async () => {
    expect(await askTokenSource(() => Promise.resolve('T'))).to.include({ok: true, accessToken: 'T'});
    const reply = {accessToken: 'T', expiresInSeconds: 60, scope: 'a b'};
    expect(await askTokenSource(() => Promise.resolve(reply))).to.deep.equal({ok: true, ...reply});
  });

  const bad: readonly unknown[] = ['', undefined, null, {}, {accessToken: 1}, {accessToken: ''}, 7];
  for (const reply of bad) {
    it(`refuses ${JSON.stringify(reply)}`, async () => {
      expect((await askTokenSource(() => Promise.resolve(reply as string))).ok).to.equal(false);
    });
  }

  it('ignores a life that is none', async () => {
    const gift = await askTokenSource(() => Promise.resolve({accessToken: 'T', expiresInSeconds: -1}));
    expect(gift).to.deep.equal({ok: true, accessToken: 'T', expiresInSeconds: undefined, scope: undefined});
  });

  it('quotes nothing of one that fails', async () => {
    const thrown = await askTokenSource(() => {
      throw new RangeError('secret');
    });
    expect(thrown).to.deep.equal({ok: false, message: 'the page’s token source failed (RangeError)'});
  });
});
