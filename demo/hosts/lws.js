/** What Lightning Web Security takes from components: there are no workers. Salesforce's own words. */
window.SharedWorker = class {
  constructor() {
    throw new RangeError('Lightning Web Security: Cannot create SharedWorker');
  }
};
window.Worker = class {
  constructor() {
    throw new Error('Lightning Web Security: Cannot create Worker');
  }
};
