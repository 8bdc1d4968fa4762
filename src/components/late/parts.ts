/** What no widget needs for its first picture, as one part: fetched once a page is live, or sooner where something of it is to be shown. */
export {give} from './given.js';
export {acwRow} from '../acw-timer/acw-row.js';
export {acwStyles} from '../acw-timer/acw-row.styles.js';
export {FocusKeeper} from '../call-controls/focus.js';
export {openPanel} from '../call-controls/panels.js';
export {panelStyles} from '../call-controls/panels.styles.js';
export {bannerFacts, bannerProblem} from '../connection-banner/banner-body.js';
export {bannerStyles} from '../connection-banner/banner-body.styles.js';
export {popItem} from '../screen-pop/pop-item.js';
export {popStyles} from '../screen-pop/pop-item.styles.js';
export {Alerts} from '../status-picker/alerts.js';
export {statusChoices, StatusKeys, statusNotes} from '../status-picker/status-menu.js';
export {menuStyles} from '../status-picker/status-menu.styles.js';
export {focusAfter, noticeList, wordsOf} from './notices.js';
export {place, showReasons} from './popup.js';
export {sharedStyles} from './shared.styles.js';
