/**
 * What `custom-elements.json` tells of the elements: only what a user of the package may rely on, by the paths of the
 * published files.
 */

/** Whether a member, attribute or declaration is for users: no `#private`, `_` or protected one, no `@internal`. */
const isPublic = ({name = '', privacy, internal}) =>
  !internal && (privacy === undefined || privacy === 'public') && !/^[#_]/.test(name);

/** Members that every Lit element has; they tell a user nothing. */
const LIFECYCLE = [
  'connectedCallback',
  'disconnectedCallback',
  'firstUpdated',
  'render',
  'shadowRootOptions',
  'styles',
  'updated',
  'update',
  'willUpdate',
];

const published = (path) => path?.replace(/^\/?src\//, 'dist/').replace(/\.ts$/, '.js');

function publishedReference(reference) {
  if (reference?.module?.startsWith('src/') || reference?.module?.startsWith('/src/')) {
    reference.module = published(reference.module);
  }
}

/** Leaves the elements only, with their public side. */
const publicOnly = () => ({
  name: 'public-only',
  /** A decorated `@state()` member is no property for users. */
  analyzePhase({ts, node, moduleDoc}) {
    if (!ts.isClassDeclaration(node)) return;
    const declaration = moduleDoc.declarations?.find(({name}) => name === node.name?.getText());
    for (const member of node.members) {
      const decorators = ts.canHaveDecorators(member) ? (ts.getDecorators(member) ?? []) : [];
      const isState = decorators.some((decorator) => /^@state\b/.test(decorator.getText()));
      const found = isState && declaration?.members?.find(({name}) => name === member.name?.getText());
      if (found) found.internal = true;
    }
  },
  packageLinkPhase({customElementsManifest}) {
    const isElement = ({declarations = []}) => declarations.some(({tagName}) => tagName);
    customElementsManifest.modules = customElementsManifest.modules.filter(isElement);
    for (const module of customElementsManifest.modules) {
      module.path = published(module.path);
      for (const declaration of module.declarations ?? []) {
        const hidden = (declaration.members ?? []).filter((member) => !isPublic(member)).map(({name}) => name);
        declaration.members = declaration.members?.filter(
          (member) => isPublic(member) && !LIFECYCLE.includes(member.name),
        );
        declaration.attributes = declaration.attributes?.filter(
          (attribute) => isPublic(attribute) && !hidden.includes(attribute.fieldName),
        );
        // The analyzer also takes dispatchEvent() calls, for example of a context request, by their variables' names.
        declaration.events = declaration.events?.filter(({name}) => name?.startsWith('cxone-'));
        for (const item of [...(declaration.members ?? []), ...(declaration.attributes ?? [])]) {
          publishedReference(item.inheritedFrom);
        }
        publishedReference(declaration.superclass);
        for (const mixin of declaration.mixins ?? []) publishedReference(mixin);
      }
      for (const exported of module.exports ?? []) publishedReference(exported.declaration);
    }
  },
});

export default {
  globs: ['src/components/*/*.ts', 'src/components/*.ts'],
  exclude: ['src/components/**/*.styles.ts', 'src/components/i18n/**'],
  outdir: '.',
  litelement: true,
  plugins: [publicOnly()],
};
