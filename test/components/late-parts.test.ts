import {expect, fixture, html} from '@open-wc/testing';
import {lateParts} from '../../src/components/late/late.js';
import {Stage} from '../../stories/support/stage.js';
import {AVAILABLE} from '../support/scripted-session.js';
import {waitUntil} from '../support/wait-until.js';
import {focused} from './support.js';

describe('what widgets load late', () => {
  it('does not keep who is faster waiting: the list comes to where it was opened, with the focus on what is so', async () => {
    const stage = new Stage('cxone-status-picker', {...AVAILABLE, connection: {mode: 'polling', asOf: 1}});
    await fixture(html`<div>${stage.widget}</div>`);
    await stage.widget.updateComplete;
    expect(lateParts(), 'nothing has asked for it').to.be.undefined;
    stage.find('.trigger').click();
    await stage.widget.updateComplete;
    expect(stage.has('.choice'), 'nothing to show yet').to.be.false;
    await waitUntil(() => stage.has('.choice'));
    await waitUntil(() => focused(stage) === stage.find('[data-state=available]'), 'the focus is there');
    const [list, trigger] = ['.menu', '.trigger'].map((part) => stage.find(part).getBoundingClientRect());
    expect(Math.abs(list!.left - trigger!.left)).to.be.lessThan(10);
    expect(list!.top).to.be.at.least(trigger!.bottom);
  });
});
