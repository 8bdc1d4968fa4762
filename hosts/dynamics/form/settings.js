// All settings of the phone in a form. After a change: save, and publish.
document.querySelector('cxone-session').config = {
  apiBase: 'https://api.example.com',
  tokenUrl: 'https://broker.example.com/token',
  dynamicsXrm: {
    // The column of the table User that holds each agent's id in CXone.
    agentIdColumn: 'cxn_agentid',
  },
};
