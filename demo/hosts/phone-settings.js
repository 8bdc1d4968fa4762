import {configure} from './phone.js';

// The rest of the settings stands in the page.
configure();
