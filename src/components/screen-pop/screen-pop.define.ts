import {CxoneScreenPop} from './screen-pop.js';

// Two copies of the package may meet on one CRM page: the first one wins.
if (!customElements.get('cxone-screen-pop')) customElements.define('cxone-screen-pop', CxoneScreenPop);
