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
import {lwcHost} from './lwcHost';

/** The CXone softphone on a page of Lightning Experience, or in its utility bar. */
export default class CxoneSoftphone extends NavigationMixin(LightningElement) {
  @api apiBase;
  @api tokenUrl;
  @api popRules;
  @api settings;

  @wire(EnclosingUtilityId) utilityId;
  @wire(IsConsoleNavigation) isConsole;
  @wire(MessageContext) messageContext;
  @wire(getRecord, {recordId: USER_ID, fields: [AGENT_ID]}) user;

  config;
  problem;

  async connectedCallback() {
    try {
      await loadScript(this, WIDGETS);
      this.config = this.readConfig();
    } catch (error) {
      this.problem = `The CXone softphone did not start: ${error?.message ?? 'its static resource did not load'}`;
    }
  }

  get agentId() {
    return getFieldValue(this.user.data, AGENT_ID);
  }

  get ready() {
    return Boolean(this.config && this.user.data);
  }

  get failure() {
    return this.user.error
      ? 'The CXone softphone may not read your CXone Agent Id: a permission is missing'
      : this.problem;
  }

  readConfig() {
    const {salesforceLwc, ...settings} = this.settings ? JSON.parse(this.settings) : {};
    const host = lwcHost({
      navigate: (page) => this[NavigationMixin.Navigate](page),
      encodeDefaultFieldValues,
      openTab,
      isConsole: () => this.isConsole === true,
      search,
      saveTask,
      openUtility: () => (this.utilityId ? open(this.utilityId, {autoFocus: false}) : undefined),
      listenForDials: (listener) => {
        const subscription = subscribe(this.messageContext, DIAL, listener, {scope: APPLICATION_SCOPE});
        return () => unsubscribe(subscription);
      },
    });
    const {SalesforceLwcAdapter} = globalThis.CxoneCrmWidgets;
    return {...settings, adapter: new SalesforceLwcAdapter(host, salesforceLwc)};
  }
}
