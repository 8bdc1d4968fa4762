import {configure} from './phone.js';

/**
 * The panel's page. Its address names the org as `org` (an origin), or CIF's library as `ucilib`, which is how Dynamics
 * passes it on. `features=v2` asks for toasts and sessions of the workspace.
 */
const query = new URLSearchParams(location.search);

configure({
  dynamics: {
    // Only names of this machine: an address that anyone can write must not choose whose script runs here.
    hosts: ['localhost', '*.localhost'],
    ...(query.has('org') && {orgUrl: query.get('org')}),
    ...(query.get('features') === 'v2' && {
      sessions: true,
      sessionTemplate: 'cxone_voice_session',
      tabTemplate: 'cxone_customer',
      toast: {templateName: 'cxone_incoming_call'},
    }),
  },
});
