import {expect} from '@open-wc/testing';
import {deleteDB, openDB, type IDBPDatabase} from 'idb';
import {answer, entry, pop} from '../support/stored.js';
import {atEnd, codeOf, freshName, openStore, until} from './support.js';

describe('the store in a browser', () => {
  it('gives back what was written after a restart', async () => {
    const name = freshName();
    const {store: first} = await openStore(name);
    await first.journal.begin(entry('c1'));
    await first.journal.begin(entry('c2'));
    first.journal.settle('c2', Date.now());
    first.meta.set('target', {state: 'lunch'});
    first.meta.set('pendingStatus', {choice: {state: 'meeting'}, since: 5, sessionIds: ['s1']});
    await first.pops.put(pop('p1', {outcome: 'opened'}));
    first.crmCache.put('q1', answer('a@example.com'));
    first.close();

    const {store} = await openStore(name);
    expect(store.durable).to.equal(true);
    expect(store.journal.unsettled()).to.have.lengthOf(1);
    expect(store.journal.unsettled()[0]).to.deep.include({
      commandId: 'c1',
      parameters: {target: '1234', type: 'blind'},
    });
    expect(store.meta.get('target')).to.deep.equal({state: 'lunch'});
    expect(store.meta.get('pendingStatus')).to.deep.include({since: 5, sessionIds: ['s1']});
    expect(store.pops.all().map(({popId, outcome}) => [popId, outcome])).to.deep.equal([['p1', 'opened']]);
    expect(store.crmCache.get('q1')?.records).to.deep.equal([{entity: 'contact', id: 'a@example.com'}]);
  });

  it('belong to another store once they are no longer written down', async () => {
    const name = freshName();
    const {store: first, told} = await openStore(name);
    const {storeId} = first;
    first.journal.nextCounter();
    await first.journal.begin(entry('c1'));
    const wiped = deleteDB(name);
    await until('the database is lost', () => told.includes('lost'));
    expect(first.storeId).to.not.equal(storeId);
    expect(first.journal.nextCounter()).to.equal(2);
    await wiped;
  });

  it('wipes customer data that was written before the database was lost', async () => {
    const name = freshName();
    const {store, told} = await openStore(name);
    await store.pops.put(pop('p1'));
    const newer = await openDB(name, 99);
    expect(told).to.deep.equal(['lost']);
    await store.wipeCustomerData();
    expect(await newer.getAll('pops')).to.deep.equal([]);
    newer.close();
  });

  describe('without a usable database', () => {
    async function worksInMemory(name: string): Promise<void> {
      const {store, told} = await openStore(name);
      expect(store.durable).to.equal(false);
      expect(told).to.deep.equal(['lost']);
      expect(store.epoch).to.be.greaterThan(0);
      expect(store.storeId).to.match(/[0-9a-f-]{36}/);
      await store.journal.begin(entry('c1'));
      expect(store.journal.unsettled()).to.have.lengthOf(1);
      expect(await codeOf(store.journal.begin(entry('c1')))).to.equal('COMMAND_PENDING');
      expect(await store.pops.put(pop('p1'))).to.equal(true);
      expect(store.pops.all()).to.have.lengthOf(1);
      store.meta.set('target', {state: 'lunch'});
      expect(store.meta.get('target')).to.deep.equal({state: 'lunch'});
      await store.wipeCustomerData();
      expect(store.pops.all()).to.deep.equal([]);
    }

    it('works in memory where there is none', async () => {
      const {open} = IDBFactory.prototype;
      IDBFactory.prototype.open = () => {
        throw new DOMException('no storage here', 'SecurityError');
      };
      atEnd(() => (IDBFactory.prototype.open = open));
      await worksInMemory(freshName());
    });

    it('works in memory where it opens never', async () => {
      const name = freshName();
      const stubborn = await openDB(name, 1);
      const deleting = deleteDB(name); // Waits for the connection that does not give way; so does whoever opens.
      await worksInMemory(name);
      stubborn.close();
      await deleting;
    });

    it('works in memory where it is damaged', async () => {
      const name = freshName();
      const db = await openDB(name, 1, {upgrade: (made) => void made.createObjectStore('meta', {keyPath: 'key'})});
      db.close();
      await worksInMemory(name);
    });

    it('works in memory beside a newer version of itself, whose data it leaves alone', async () => {
      const name = freshName();
      const db = await openDB(name, 99, {upgrade: (made) => void made.createObjectStore('theirs', {keyPath: 'id'})});
      await db.put('theirs', {id: 1});
      await worksInMemory(name);
      expect(await db.getAll('theirs')).to.deep.equal([{id: 1}]);
      db.close();
    });

    it('makes room for a newer version that wants to migrate, and goes on in memory', async () => {
      const name = freshName();
      const {store, told} = await openStore(name);
      const newer: IDBPDatabase = await openDB(name, 99);
      newer.close();
      expect(told).to.deep.equal(['lost']);
      expect(store.durable).to.equal(false);
      await store.journal.begin(entry('c1'));
    });

    it('goes on in memory once the disk is full, and a command still leaves', async () => {
      const {store, told} = await openStore(freshName());
      const {put} = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('the disk is full', 'QuotaExceededError');
      };
      atEnd(() => (IDBObjectStore.prototype.put = put));
      await store.journal.begin(entry('c1'));
      expect(store.durable).to.equal(false);
      expect(told).to.deep.equal(['lost']);
      await store.journal.begin(entry('c2'));
    });
  });
});
