import {executeServerCommand} from '@web/test-runner-commands';
import {atEnd, endAll, startSimulatorsBy, type TestHub} from '../support/hub-stage.js';

export * from '../support/hub-stage.js';

startSimulatorsBy(async (options) => {
  const {url} = await executeServerCommand<{url: string}, unknown>('simulator:start', options);
  return {url, close: () => executeServerCommand('simulator:stop', {url})};
});
afterEach(endAll);

/** A hub in a real worker, which `die` terminates: nothing of it runs any more. It has one page. */
export function startWorkerHub(): TestHub {
  const worker = new Worker(new URL('../../src/worker/worker.js', import.meta.url), {type: 'module'});
  const die = (): void => worker.terminate();
  atEnd(die);
  return {retired: [], die, connect: () => worker};
}
