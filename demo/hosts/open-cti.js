import {behaviourOf, phoneUrl} from './open-cti-frame.js';
import {OpenCtiHost} from './open-cti-host.js';

const query = new URLSearchParams(location.search);
const frame = document.querySelector('iframe');
const url = phoneUrl(query.get('phone'));

const host = new OpenCtiHost(() => frame.contentWindow, url?.origin ?? 'null');
Object.assign(host.behaviour, behaviourOf(query));
// What the admin keeps there, as `/section/item`.
Object.assign(host.callCenter, JSON.parse(query.get('callCenter') ?? '{}'));
window.fakeHost = host;

if (url) frame.src = url.href;
else document.querySelector('p').hidden = false;
