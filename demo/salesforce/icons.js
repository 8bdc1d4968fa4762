const SVG = 'http://www.w3.org/2000/svg';
const HANDSET =
  'M6.6 3.5 9 3l1.8 4.2-1.9 1.5a11 11 0 0 0 5.4 5.4l1.5-1.9L20 14l-.5 2.4a2.5 2.5 0 0 1-2.6 2A13.5 13.5 0 0 1 4.6 6.1a2.5 2.5 0 0 1 2-2.6Z';

/** Outlines by the keys that a softphone names, and those of this page. Drawn for this demo. */
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
