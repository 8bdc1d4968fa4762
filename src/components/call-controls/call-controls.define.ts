import {CxoneCallControls} from './call-controls.js';

// Two copies of the package may meet on one CRM page: the first one wins.
if (!customElements.get('cxone-call-controls')) customElements.define('cxone-call-controls', CxoneCallControls);
