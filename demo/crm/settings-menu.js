/** The agent's own choices on this computer: ring tone and notifications. */
const KEY = 'demo-ring-tone';
const session = document.querySelector('cxone-session');
const tone = document.querySelector('#ring-tone');
const notify = document.querySelector('#notify');

function apply(ringTone) {
  session.config = {...session.config, settings: {ringTone}};
}

tone.checked = localStorage.getItem(KEY) === 'on';
apply(tone.checked);
tone.addEventListener('change', () => {
  localStorage.setItem(KEY, tone.checked ? 'on' : 'off');
  apply(tone.checked);
});

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
