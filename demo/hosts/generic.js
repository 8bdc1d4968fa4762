import {addPhone} from './fake-host.js';
import {GenericHost} from './generic-host.js';

const {frame, url} = addPhone();
if (url) window.fakeHost = new GenericHost(frame, url.origin);
