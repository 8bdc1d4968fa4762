import {setCustomElementsManifest, type Decorator, type Preview} from '@storybook/web-components-vite';
import manifest from '../custom-elements.json';

setCustomElementsManifest(manifest);

/** The widgets follow the page's `color-scheme`, `lang` and `dir`; the page has the system's own colours. */
const withPage: Decorator = (story, {globals}) => {
  const {documentElement: page, body} = document;
  const {theme, language, direction} = globals as Record<string, string>;
  page.lang = language!;
  page.dir = direction!;
  page.style.setProperty('color-scheme', theme!);
  for (const {style} of [page, body]) {
    style.setProperty('background-color', 'Canvas');
    style.setProperty('color', 'CanvasText');
  }
  return story();
};

type GlobalType = NonNullable<Preview['globalTypes']>[string];
type Icon = NonNullable<GlobalType['toolbar']>['icon'];

const choice = (title: string, icon: Icon, items: Readonly<Record<string, string>>): GlobalType => ({
  description: title,
  toolbar: {
    title,
    icon,
    dynamicTitle: true,
    items: Object.entries(items).map(([value, text]) => ({value, title: text})),
  },
});

const preview: Preview = {
  tags: ['autodocs'],
  decorators: [withPage],
  initialGlobals: {theme: 'light', language: 'en', direction: 'ltr'},
  globalTypes: {
    theme: choice('Theme', 'contrast', {light: 'Light', dark: 'Dark'}),
    language: choice('Language', 'globe', {en: 'English', de: 'Deutsch'}),
    direction: choice('Direction', 'transfer', {ltr: 'Left to right', rtl: 'Right to left'}),
  },
  parameters: {
    a11y: {test: 'error'},
    backgrounds: {disabled: true},
    controls: {expanded: true},
    viewport: {
      options: {
        panel: {name: 'Side panel, 320 px', styles: {width: '320px', height: '640px'}, type: 'mobile'},
        utility: {name: 'Utility bar, 400 px', styles: {width: '400px', height: '480px'}, type: 'mobile'},
        page: {name: 'Page, 1280 px', styles: {width: '1280px', height: '800px'}, type: 'desktop'},
      },
    },
  },
};

export default preview;
