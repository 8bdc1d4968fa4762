import {CxoneSessionElement} from './session.js';

// Another copy of the package may have been first.
if (!customElements.get('cxone-session')) customElements.define('cxone-session', CxoneSessionElement);
