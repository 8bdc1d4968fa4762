import {addPhone} from './fake-host.js';
import {HubSpotHost} from './hubspot-host.js';

const {frame, url} = addPhone();
if (url) window.fakeHost = new HubSpotHost(() => frame.contentWindow, url.origin);
