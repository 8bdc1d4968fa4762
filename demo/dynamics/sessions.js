import {HOME_SESSION} from '../hosts/cif-host.js';

/** The sessions of a workspace and the tabs in each, in order. A tab is its place, `account/0000c0de-…`. */
export class Sessions {
  #all = [{id: HOME_SESSION, title: 'Home', tabs: [], front: ''}];

  get all() {
    return this.#all;
  }

  /** One that is gone, as after a reload, is the home session. */
  find(id) {
    return this.#all.find((session) => session.id === id) ?? this.#all[0];
  }

  /** @param about the contact that the session was started for. */
  start(id, title, about) {
    this.#all.push({id, title, about, tabs: [], front: ''});
  }

  /** Notes what is in front. Pages of the session itself, such as lists, share its first tab. */
  show(id, place, ownTab) {
    const session = this.find(id);
    session.front = place;
    if (ownTab && !session.tabs.includes(place)) session.tabs.push(place);
  }

  /** Gives the place that is in front then. */
  closeTab(id, place) {
    const session = this.find(id);
    const at = session.tabs.indexOf(place);
    session.tabs.splice(at, 1);
    if (session.front === place) session.front = session.tabs[at] ?? session.tabs[at - 1] ?? '';
    return session.front;
  }

  close(id) {
    this.#all = this.#all.filter((session) => session.id !== id);
  }
}
