import {LightningElement, api, wire} from 'lwc';
import {APPLICATION_SCOPE, MessageContext, subscribe, unsubscribe} from 'lightning/messageService';
import {NavigationMixin} from 'lightning/navigation';
import {encodeDefaultFieldValues} from 'lightning/pageReferenceUtils';
import {loadScript} from 'lightning/platformResourceLoader';
import {EnclosingUtilityId, open} from 'lightning/platformUtilityBarApi';
import {IsConsoleNavigation, openTab} from 'lightning/platformWorkspaceApi';
import {getFieldValue, getRecord} from 'lightning/uiRecordApi';
import saveTask from '@salesforce/apex/CxoneSoftphone.saveTask';
import search from '@salesforce/apex/CxoneSoftphone.search';
import DIAL from '@salesforce/messageChannel/CXone_Dial__c';
import WIDGETS from '@salesforce/resourceUrl/cxone_widgets';
import AGENT_ID from '@salesforce/schema/User.CXone_Agent_Id__c';
import USER_ID from '@salesforce/user/Id';
import {adapterOf, enter} from './pageAdapter';

/** The CXone softphone on a page of Lightning Experience, or in its utility bar. */
export default class CxoneSoftphone extends NavigationMixin(LightningElement) {
  /** https address of CXone's API. */
  @api apiBase;
  /** https address that answers with the agent's token. */
  @api tokenUrl;
  /** Screen-pop rules, a list as JSON. */
  @api popRules;
  /** Other settings, an object as JSON; those of the adapter under `salesforceLwc`. */
  @api settings;

  @wire(EnclosingUtilityId) utilityId;
  @wire(IsConsoleNavigation) isConsole;
  @wire(MessageContext) messageContext;
  @wire(getRecord, {recordId: USER_ID, fields: [AGENT_ID]}) user;

  config;
  problem;
  presence;
  subscription;

  async connectedCallback() {
    this.presence = enter({
      navigate: (page) => this[NavigationMixin.Navigate](page),
      encodeDefaultFieldValues,
      openTab,
      isConsole: () => this.isConsole === true,
      search,
      saveTask,
      openUtility: () => (this.utilityId ? open(this.utilityId, {autoFocus: false}) : undefined),
    });
    const dial = (message) => this.presence.dial(message);
    this.subscription = subscribe(this.messageContext, DIAL, dial, {scope: APPLICATION_SCOPE});
    try {
      await loadScript(this, WIDGETS);
      this.config ??= this.readConfig();
    } catch (error) {
      this.problem = `The CXone softphone did not start: ${error?.message ?? 'its static resource did not load'}`;
    }
  }

  disconnectedCallback() {
    this.presence.leave();
    unsubscribe(this.subscription);
  }

  get agentId() {
    return getFieldValue(this.user.data, AGENT_ID);
  }

  get ready() {
    return Boolean(this.config && this.user.data);
  }

  get failure() {
    return this.user.error
      ? 'The CXone softphone cannot read your CXone Agent Id. Ask for the permission set “CXone Softphone”.'
      : this.problem;
  }

  readConfig() {
    const {salesforceLwc, ...settings} = this.settings ? JSON.parse(this.settings) : {};
    return {...settings, adapter: adapterOf(globalThis.CxoneCrmWidgets.SalesforceLwcAdapter, salesforceLwc)};
  }
}
