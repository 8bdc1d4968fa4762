import {CxoneStatusPicker} from './status-picker.js';

// Two copies of the package may meet on one CRM page: the first one wins.
if (!customElements.get('cxone-status-picker')) customElements.define('cxone-status-picker', CxoneStatusPicker);
