// What nobody but you may choose. The rest may stand in the provider record, in the field "Custom parameters"; a setting
// that stands here wins over the one there.
document.querySelector('cxone-session').config = {
  apiBase: 'https://api.example.com',
  tokenUrl: 'https://broker.example.com/token',
  dynamics: {
    orgUrl: 'https://org.crm.dynamics.com',
    // No other org's library runs in this page, whatever the page's address says.
    hosts: ['org.crm.dynamics.com'],
    // The column of the table User that holds each agent's id in CXone.
    agentIdColumn: 'cxn_agentid',
  },
};
