/** Registers every element. */
import './components/acw-timer/acw-timer.define.js';
import './components/call-controls/call-controls.define.js';
import './components/connection-banner/connection-banner.define.js';
import './components/screen-pop/screen-pop.define.js';
import './components/session/session.define.js';
import './components/status-picker/status-picker.define.js';
