import {setCustomElementsManifest, type Decorator, type Preview} from '@storybook/web-components-vite';
import manifest from '../custom-elements.json';

setCustomElementsManifest(manifest);

/** The widgets follow `color-scheme`, so a theme is nothing but that, with the system's own colours behind. */
const withTheme: Decorator = (story, {globals}) => {
  const {style} = document.documentElement;
  style.setProperty('color-scheme', globals['theme'] === 'dark' ? 'dark' : 'light');
  style.setProperty('background-color', 'Canvas');
  style.setProperty('color', 'CanvasText');
  document.body.style.setProperty('background-color', 'Canvas');
  return story();
};

const preview: Preview = {
  tags: ['autodocs'],
  decorators: [withTheme],
  initialGlobals: {theme: 'light'},
  globalTypes: {
    theme: {
      description: 'Colour scheme',
      toolbar: {
        title: 'Theme',
        icon: 'contrast',
        dynamicTitle: true,
        items: [
          {value: 'light', title: 'Light', icon: 'sun'},
          {value: 'dark', title: 'Dark', icon: 'moon'},
        ],
      },
    },
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
