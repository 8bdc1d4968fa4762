const SVG = 'http://www.w3.org/2000/svg';
const HANDSET =
  'M6.6 3.5 9 3l1.8 4.2-1.9 1.5a11 11 0 0 0 5.4 5.4l1.5-1.9L20 14l-.5 2.4a2.5 2.5 0 0 1-2.6 2A13.5 13.5 0 0 1 4.6 6.1a2.5 2.5 0 0 1 2-2.6Z';

/** Outlines by the keys that a softphone names, and those of the pages. Drawn for this demo. */
const PATHS = {
  call: [HANDSET],
  incoming_call: [HANDSET, 'M22 2.5l-5.5 5.5M16 3.5v5h5'],
  unmuted: [
    'M12 3.5a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0V6A2.5 2.5 0 0 1 12 3.5Z',
    'M6 11a6 6 0 0 0 12 0M12 17v3.5',
  ],
  pause: ['M9 5v14M15 5v14'],
  clock: ['M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Z', 'M12 8v4.5l3 2'],
  close: ['M7 7l10 10M17 7 7 17'],
  minimise: ['M6 17h12'],
  search: ['M10.5 5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Z', 'M14.8 14.8 19 19'],
  home: ['M4 11.5 12 5l8 6.5', 'M6.5 10v9h4v-5h3v5h4v-9'],
  account: ['M5 20V5h9v15M14 10h5v10M3.5 20h17', 'M8 9h3M8 12.5h3M8 16h3'],
  contact: ['M12 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7Z', 'M5 20a7 7 0 0 1 14 0'],
  incident: ['M4 8h16v11H4Z', 'M9 8V5h6v3M4 13h16'],
  plus: ['M12 5v14M5 12h14'],
  save: ['M5 5h11l3 3v11H5Z', 'M8 5v4h7V5M8 19v-6h8v6'],
  panel: ['M4 5h16v14H4Z', 'M14.5 5v14'],
  form: ['M4 5h16v14H4Z', 'M7.5 9h9M7.5 12.5h9M7.5 16h5'],
  none: ['M12 11.5v1'],
};

/** An icon of the page's ink; a key that is not known is a dot, as an org shows no icon it does not have. */
export function icon(key, size = 20) {
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = {viewBox: '0 0 24 24', width: size, height: size, 'aria-hidden': 'true', class: 'icon'};
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, String(value));
  svg.dataset.icon = key;
  for (const d of Object.hasOwn(PATHS, key) ? PATHS[key] : PATHS.none) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}
