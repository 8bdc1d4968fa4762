/** Notifications from a settings menu of the CRM's own; the status list offers them too, beside the ring tone. */
const session = document.querySelector('cxone-session');
const notify = document.querySelector('#notify');

function showPermission() {
  const permission = 'Notification' in window ? Notification.permission : 'denied';
  notify.disabled = permission !== 'default';
  notify.textContent =
    {granted: 'Notifications are on', denied: 'Notifications are blocked'}[permission] ?? 'Turn notifications on';
}

notify.addEventListener('click', async () => {
  await session.session?.allowNotifications();
  showPermission();
});
showPermission();
