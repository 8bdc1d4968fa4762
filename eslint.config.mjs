import js from '@eslint/js';
import {configs as lit} from 'eslint-plugin-lit';
import {configs as wc} from 'eslint-plugin-wc';
import tseslint from 'typescript-eslint';
import importBoundaries from './scripts/eslint/import-boundaries.mjs';

const names = (text) => Object.fromEntries(text.split(' ').map((name) => [name, 'readonly']));
const BOTH =
  'console URL URLSearchParams setTimeout clearTimeout setInterval clearInterval queueMicrotask fetch crypto performance structuredClone AbortController AbortSignal TextEncoder TextDecoder Blob FormData Headers Request Response WebSocket MessageChannel BroadcastChannel EventTarget Event';
const BROWSER =
  'window document self location history navigator localStorage sessionStorage indexedDB customElements HTMLElement CustomEvent MutationObserver ResizeObserver requestAnimationFrame matchMedia alert confirm Intl postMessage addEventListener CSS EventSource DOMParser Notification parent top';
const NODE = 'process Buffer';

/** What only one folder may know by name. */
const vendorGlobals = {
  selector: 'Identifier[name=/^(sforce|Xrm|CIFramework)$/]',
  message: "A vendor's globals are named in its adapter only.",
};

/** Prototype.js and MooTools replace it by one that takes a list only: what a host answers would go lost. */
const arrayFrom = {
  selector: "CallExpression[callee.object.name='Array'][callee.property.name='from'][arguments.length>1]",
  message: 'Pages replace Array.from by one without a second argument: use a loop, or readList.',
};

/** Machines and domain are pure: times come with events, effects are provided. */
const impure =
  'window document navigator location fetch WebSocket indexedDB localStorage sessionStorage setTimeout setInterval performance';

export default tseslint.config(
  {ignores: ['**/dist/', 'storybook-static/', 'coverage/', 'node_modules/']},
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {globals: names(`${BOTH} ${NODE}`)},
  },
  {
    files: ['scripts/stories-test.mjs', 'scripts/pictures.mjs'],
    languageOptions: {globals: names(`${BOTH} ${NODE} ${BROWSER}`)},
  },
  {
    files: ['demo/**/*.js', 'test/**/*.js', 'hosts/dynamics/**/*.js'],
    languageOptions: {globals: names(`${BOTH} ${BROWSER}`)},
  },
  {
    // Components of Salesforce are compiled by Salesforce, decorators and all.
    files: ['hosts/salesforce/**/*.js'],
    languageOptions: {parser: tseslint.parser, globals: names('globalThis')},
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname}},
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', {fixStyle: 'inline-type-imports'}],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', {argsIgnorePattern: '^_', varsIgnorePattern: '^_'}],
      '@typescript-eslint/no-misused-promises': ['error', {checksVoidReturn: {arguments: false, attributes: false}}],
      '@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true, allowBoolean: true}],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', {considerDefaultExhaustiveForUnions: true}],
      // An async method without `await` keeps a promised interface, such as one that Comlink exposes.
      '@typescript-eslint/require-await': 'off',
      // `'self' | 'top' | string` documents the names that mean something; an empty interface joins event maps.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', {allowInterfaces: 'with-single-extends'}],
      // It cannot tell a function kept in an object of handlers from a method.
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: ['error', 'always', {null: 'ignore'}],
      'no-restricted-syntax': ['error', vendorGlobals, arrayFrom],
    },
  },
  {
    files: ['src/**/*.ts', 'simulator/**/*.ts', 'gateway/**/*.ts'],
    plugins: {cxone: {rules: {'import-boundaries': importBoundaries}}},
    rules: {'cxone/import-boundaries': 'error'},
  },
  {
    files: ['src/**/*.ts'],
    rules: {'no-console': 'error', 'no-eval': 'error', 'no-implied-eval': 'error', 'no-new-func': 'error'},
  },
  {files: ['src/adapters/**/*.ts'], rules: {'no-restricted-syntax': ['error', arrayFrom]}},
  {files: ['test/**/*.ts', 'demo/**/*.ts'], rules: {'no-restricted-syntax': 'off'}},
  {
    files: ['src/machines/**/*.ts', 'src/domain/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...impure.split(' ')],
      'no-restricted-properties': ['error', {object: 'Date', property: 'now', message: 'Times come with the events.'}],
    },
  },
  {
    // The one place where a clock is read, and the one where time is waited for.
    files: ['src/domain/monotonic.ts', 'src/domain/pause.ts'],
    rules: {'no-restricted-globals': 'off', 'no-restricted-properties': 'off'},
  },
  {
    files: ['src/components/**/*.ts', 'stories/**/*.ts', 'test/components/**/*.ts'],
    extends: [lit['flat/recommended'], wc['flat/recommended'], wc['flat/best-practice']],
    rules: {
      // Lit's lifecycle methods are always there to be called.
      'wc/guard-super-call': 'off',
      'lit/no-invalid-escape-sequences': 'error',
      'lit/no-useless-template-literals': 'error',
      'lit/no-private-properties': ['error', {private: '^__'}],
    },
  },
  {
    files: ['src/components/**/*.ts'],
    ignores: ['src/components/html.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          name: 'lit',
          importNames: ['html', 'svg'],
          message: 'Use components/html.ts: its text stays true when a translator or an extension changes the page.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // `node:test` returns promises that its runner awaits; chai's assertions are expressions.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {from: 'package', name: ['describe', 'it', 'test', 'suite'], package: 'node:test'},
            // chai's `.equal(…)`, which a plugin's types falsely declare to give a promise.
            {from: 'package', name: 'Equal', package: '@open-wc/semantic-dom-diff'},
            {from: 'package', name: 'Equal', package: 'chai'},
          ],
        },
      ],
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/support/fast-check.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {name: 'fast-check', message: 'Use test/support/fast-check.ts: its inputs are the same in every run.'},
      ],
    },
  },
  {
    // Declarations beside plain modules, which no tsconfig includes.
    files: ['**/*.d.mts'],
    extends: [tseslint.configs.base],
    rules: {'no-unused-vars': 'off'},
  },
);
