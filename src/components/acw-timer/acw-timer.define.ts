import {CxoneAcwTimer} from './acw-timer.js';

// Two copies of the package may meet on one CRM page: the first one wins.
if (!customElements.get('cxone-acw-timer')) customElements.define('cxone-acw-timer', CxoneAcwTimer);
