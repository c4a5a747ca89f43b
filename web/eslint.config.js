import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * Who may import what: shared ← api (generated ← session ← client) ← features ← app. A feature opens itself to others
 * by its index.ts only.
 */
const boundary = (files, patterns) => ({
  files,
  ignores: ['src/**/*.test.*'],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});
const app = { group: ['#/app/**', '**/app/**'], message: 'Only main.tsx and the gallery import the app.' };
const noFeature = { group: ['#/features/**'], message: 'api imports no feature.' };
const features = [
  'address',
  'auth',
  'catalogue',
  'chat',
  'engagement',
  'membership',
  'notification',
  'search',
];

export default tseslint.config(
  {
    ignores: [
      'dist',
      'screenshots',
      'src/api/generated',
      '**/*.module.css.d.ts',
      'test-results',
      'playwright-report',
    ],
  },
  ...tseslint.configs.strict,
  jsxA11y.flatConfigs.recommended,
  reactHooks.configs.flat['recommended-latest'],
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      // `onClick={() => {}}` and 204 answers read well as they are.
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      // A role list keeps its role in Safari only when it says so.
      'jsx-a11y/no-redundant-roles': ['error', { ul: ['list'] }],
      // Our components hand it on to a field; a bare element still may not have it.
      'jsx-a11y/no-autofocus': ['error', { ignoreNonDOM: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "JSXAttribute[name.name='style']",
          message: 'No style attributes: the CSP forbids them. Use a class or a data attribute.',
        },
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: 'People write here: text only.',
        },
        {
          selector: 'CallExpression[callee.property.name=/^toLocale(Date|Time)?String$/]',
          message: 'Engines disagree about ko-KR: use useFormat().',
        },
        {
          selector: "BinaryExpression[operator=/^[=!]==$/][right.value='Enter']",
          message: 'Enter may belong to the IME: use isPlainEnter().',
        },
      ],
    },
  },
  { files: ['src/shared/ime/enter.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['scripts/**', 'e2e/**'], rules: { 'no-console': 'off' } },
  boundary(
    ['src/shared/**'],
    [
      app,
      {
        group: ['#/features/**', '#/api/**', '../../api/**', '../../features/**'],
        message: 'shared imports neither api nor features.',
      },
    ],
  ),
  // Types of the texts, for the typed keys only.
  { files: ['src/shared/i18n/i18next.d.ts'], rules: { 'no-restricted-imports': 'off' } },
  boundary(['src/api/**'], [app, noFeature]),
  boundary(
    ['src/api/session/**'],
    [
      app,
      noFeature,
      { group: ['../client/**', '#/api/client/**'], message: 'The client asks the session for its token.' },
    ],
  ),
  ...features.map((name) =>
    boundary(
      [`src/features/${name}/**`],
      [
        app,
        {
          group: features
            .filter((other) => other !== name)
            .flatMap((other) => [`#/features/${other}/*`, `!#/features/${other}/index.ts`]),
          message: 'Another feature is reached by its index.ts, or the part belongs into shared.',
        },
        { group: ['#/api/generated/**'], message: 'Import from #/api/types.ts.' },
      ],
    ),
  ),
);
