import {configure, hostOrigin} from './phone.js';

// Real pages name their org here; so only that page hears of calls. The ids are those of its presence statuses.
configure({
  salesforceVoice: {
    origin: hostOrigin(),
    statuses: {
      available: {statusId: '0N5Hs000000DEMOA', status: 'Online'},
      lunch: {statusId: '0N5Hs000000DEMOL'},
    },
  },
});
