import {describe, it} from 'node:test';
import {expect} from 'chai';
import {deleteDB, openDB} from 'idb';
import {answer, entry, pop} from '../support/stored.js';
import {codeOf, freshName, openStore} from './support.js';

/** What is really on disk. */
async function onDisk(name: string, storeName: string): Promise<unknown[]> {
  const db = await openDB(name);
  const rows: unknown[] = await db.getAll(storeName);
  db.close();
  return rows;
}

/** Waits for everything that was begun on the database: transactions on the same stores run in order. */
async function settled(name: string): Promise<void> {
  await onDisk(name, 'meta');
}

describe('the store', () => {
  it('never takes the same command twice, not after it settled and not after a restart', async () => {
    const name = freshName();
    const {store: first} = await openStore(name);
    await first.journal.begin(entry('c1'));
    expect(await codeOf(first.journal.begin(entry('c1')))).to.equal('COMMAND_PENDING');
    first.journal.settle('c1', Date.now());
    expect(await codeOf(first.journal.begin(entry('c1')))).to.equal('COMMAND_PENDING');
    first.close();
    const {store} = await openStore(name);
    expect(await codeOf(store.journal.begin(entry('c1')))).to.equal('COMMAND_PENDING');
  });

  it('keeps no parameters of a command that has settled', async () => {
    const name = freshName();
    const {store} = await openStore(name);
    await store.journal.begin(entry('c1', {parameters: {target: '+15550001'}}));
    store.journal.settle('c1', Date.now());
    store.close();
    expect(JSON.stringify(await onDisk(name, 'journal'))).to.not.contain('15550001');
  });

  describe('of a hub that was replaced', () => {
    it('writes nothing any more, and says so', async () => {
      const name = freshName();
      const {store: older, told} = await openStore(name);
      const {store: newer, told: toldNewer} = await openStore(name);
      expect(newer.epoch).to.equal(older.epoch + 1);
      expect(await codeOf(older.journal.begin(entry('c1')))).to.equal('HUB_UNREACHABLE');
      expect(told).to.deep.equal(['fenced']);
      expect(await older.pops.put(pop('p1', {claimedAt: 1}))).to.equal(false);
      older.meta.set('target', {state: 'lunch'});
      older.crmCache.put('q1', answer('a@example.com'));
      expect(await newer.pops.put(pop('p2'))).to.equal(true);
      await newer.journal.begin(entry('c2'));
      expect(toldNewer).to.deep.equal([]);
      older.close();
      newer.close();
      const {store} = await openStore(name);
      expect(store.journal.unsettled().map(({commandId}) => commandId)).to.deep.equal(['c2']);
      expect(store.pops.all().map(({popId}) => popId)).to.deep.equal(['p2']);
      expect(store.meta.get('target')).to.equal(undefined);
      expect(store.crmCache.get('q1')).to.equal(undefined);
    });

    it('cannot undo what the newer one wrote', async () => {
      const name = freshName();
      const {store: older} = await openStore(name);
      await older.journal.begin(entry('c1'));
      await older.pops.put(pop('p1'));
      const {store: newer} = await openStore(name);
      older.journal.settle('c1', Date.now());
      older.pops.delete('p1');
      await older.wipeCustomerData();
      older.close();
      newer.close();
      const {store} = await openStore(name);
      expect(store.journal.unsettled()).to.have.lengthOf(1);
      expect(store.pops.all()).to.have.lengthOf(1);
    });
  });

  describe('numbers for command keys', () => {
    it('only grow, over a restart too', async () => {
      const name = freshName();
      const {store: first} = await openStore(name);
      const before = [first.journal.nextCounter(), first.journal.nextCounter()];
      await first.journal.begin(entry('c1'));
      first.close();
      const {store} = await openStore(name);
      expect(store.storeId).to.equal(first.storeId);
      expect([...before, store.journal.nextCounter()]).to.deep.equal([1, 2, 3]);
    });

    it('belong to another store once the database was wiped', async () => {
      const name = freshName();
      const {store: first} = await openStore(name);
      first.journal.nextCounter();
      await first.journal.begin(entry('c1'));
      first.close();
      await deleteDB(name);
      const {store} = await openStore(name);
      expect(store.storeId).to.not.equal(first.storeId);
      expect(store.journal.nextCounter()).to.equal(1);
    });
  });

  describe('keeps no more than it must', () => {
    it('drops customer data that is too old, at the start and while it runs', async () => {
      const name = freshName();
      const {store: first} = await openStore(name);
      await first.pops.put(pop('old', {receivedAt: 1_000}));
      await first.pops.put(pop('new', {receivedAt: 90_000}));
      first.crmCache.put('old', answer('old@example.com', 1_000));
      first.crmCache.put('new', answer('new@example.com', 90_000));
      first.close();

      const {store: second} = await openStore(name, {now: 100_000, maxAgeMs: 50_000});
      expect(second.pops.all().map(({popId}) => popId)).to.deep.equal(['new']);
      expect(second.crmCache.get('old')).to.equal(undefined);
      expect(second.crmCache.get('new')).to.not.equal(undefined);
      await settled(name);
      expect(JSON.stringify(await onDisk(name, 'crmCache'))).to.not.contain('old@');

      expect(second.prune(141_000, 50_000)).to.equal(true);
      expect(second.pops.all()).to.deep.equal([]);
      expect(second.crmCache.get('new')).to.equal(undefined);
      second.close();
      expect(await onDisk(name, 'pops')).to.deep.equal([]);
      expect(await onDisk(name, 'crmCache')).to.deep.equal([]);
    });

    it('forgets settled commands after a while, so that the journal does not grow', async () => {
      const name = freshName();
      const {store: first} = await openStore(name);
      for (let i = 0; i < 100; i++) {
        await first.journal.begin(entry(`c${i}`));
        first.journal.settle(`c${i}`, i * 60_000);
      }
      first.close();
      expect((await onDisk(name, 'journal')).length).to.be.within(1, 12);
      const {store} = await openStore(name, {now: 200 * 60_000});
      store.close();
      expect(await onDisk(name, 'journal')).to.deep.equal([]);
    });

    it('bounds the answers of the CRM', async () => {
      const name = freshName();
      const {store} = await openStore(name);
      for (let i = 0; i < 600; i++) store.crmCache.put(`q${i}`, answer(`c${i}@example.com`));
      store.close();
      const kept = await onDisk(name, 'crmCache');
      expect(kept.length).to.be.within(1, 500);
      expect(store.crmCache.get('q599')).to.not.equal(undefined);
      expect(store.crmCache.get('q0')).to.equal(undefined);
    });

    it('wipes the targets of commands under way, and keeps their ids', async () => {
      const name = freshName();
      const {store} = await openStore(name);
      await store.journal.begin(entry('c1', {parameters: {target: '+15550001'}}));
      await store.wipeCustomerData();
      await store.journal.begin(entry('c2', {parameters: {target: '+15550002'}}));
      expect(await codeOf(store.journal.begin(entry('c1')))).to.equal('COMMAND_PENDING');
      store.journal.settle('c1', Date.now());
      store.close();
      expect(JSON.stringify(await onDisk(name, 'journal'))).to.not.contain('1555000');
    });

    it('wipes customer data, and takes no more of it then', async () => {
      const name = freshName();
      const {store} = await openStore(name);
      await store.pops.put(pop('p1'));
      store.crmCache.put('q1', answer('a@example.com'));
      await store.wipeCustomerData();
      await store.pops.put(pop('p2'));
      store.crmCache.put('q2', answer('b@example.com'));
      expect(store.pops.all()).to.deep.equal([]);
      store.close();
      expect(await onDisk(name, 'pops')).to.deep.equal([]);
      expect(await onDisk(name, 'crmCache')).to.deep.equal([]);
    });
  });
});
