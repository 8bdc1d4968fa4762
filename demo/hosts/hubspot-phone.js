import {configure, hostOrigin} from './phone.js';

configure({hubspot: {origin: hostOrigin()}});
