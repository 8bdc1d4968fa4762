const KEY = 'demo-dynamics-phone';

/**
 * Where this org has the phone: in the `panel` of the workspace, or in each `form`. All tabs alike, as an admin sets it:
 * panel and form are of two sites, between which browsers share no connection, so both at once would be two phones.
 */
export const phonePlace = () => (localStorage.getItem(KEY) === 'form' ? 'form' : 'panel');

export function movePhone(place) {
  localStorage.setItem(KEY, place);
  location.reload();
}

addEventListener('storage', ({key}) => {
  if (key === KEY) location.reload();
});
