import {crm} from '../crm/crm.js';
import {answerWidgets} from '../crm/host.js';
import '../crm/settings-menu.js';

// The widgets are in this very document.
answerWidgets(crm, (origin, source) => origin === location.origin && source === window);
