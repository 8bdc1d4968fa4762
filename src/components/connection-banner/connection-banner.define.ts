import {CxoneConnectionBanner} from './connection-banner.js';

// Two copies of the package may meet on one CRM page: the first one wins.
if (!customElements.get('cxone-connection-banner'))
  customElements.define('cxone-connection-banner', CxoneConnectionBanner);
