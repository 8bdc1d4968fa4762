import {configure, hostOrigin} from './phone.js';

configure({generic: {message: {target: 'parent', origin: hostOrigin(), log: true}}});
