/** The way past the header to the record. The link's own address would be a place of the CRM, and leave the record. */
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.querySelector('#record').focus();
});
