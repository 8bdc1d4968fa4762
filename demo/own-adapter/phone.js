import {configure} from '/demo/hosts/phone.js';
import {AcmeAdapter} from './acme-adapter.js';

configure({adapter: new AcmeAdapter(parent.acme)});
