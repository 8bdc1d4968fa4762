import type {StorybookConfig} from '@storybook/web-components-vite';

/** Imported by the stories' modules one after another; found late, each would make Vite reload the page in dev. */
const LIBRARIES = [
  '@lit-labs/signals',
  '@lit/context',
  'comlink',
  'idb',
  'lit',
  'lit/decorators.js',
  'lit/directive-helpers.js',
  'lit/directives/class-map.js',
  'lit/directives/if-defined.js',
  'lit/directives/live.js',
  'lit/directives/repeat.js',
  'signal-polyfill',
  'xstate',
  'zod/mini',
];

const config: StorybookConfig = {
  framework: '@storybook/web-components-vite',
  stories: ['../stories/**/*.stories.ts'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y'],
  core: {disableTelemetry: true, disableWhatsNewNotifications: true},
  viteFinal: (vite) => ({
    ...vite,
    // Relative, so that the static build also works below a path such as /storybook/.
    base: './',
    // The docs pages' own scripts are larger than Vite's limit for applications.
    build: {...vite.build, chunkSizeWarningLimit: 3_000},
    optimizeDeps: {...vite.optimizeDeps, include: [...(vite.optimizeDeps?.include ?? []), ...LIBRARIES]},
  }),
};

export default config;
