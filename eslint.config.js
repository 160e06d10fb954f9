import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { sallyport } from './resources/lint/plugin.js';

const forbiddenEverywhere = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: "ExportSpecifier[exported.name='default']", message: 'Export by name.' },
  {
    selector: "MemberExpression[property.name='openExternal']",
    message: 'Nothing is opened outside the app.',
  },
];
const forbiddenInRenderer = [
  { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Text only, never HTML.' },
  { selector: "Property[key.name='dangerouslySetInnerHTML']", message: 'Text only, never HTML.' },
  {
    selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|srcdoc)$/]',
    message: 'Text only, never HTML.',
  },
];
/** Where a tool demands a default export. */
const configFiles = ['*.config.ts', '*.config.js', 'resources/setup/vitest-reporter.mjs'];

export default tseslint.config(
  { ignores: ['out/', 'node_modules/', 'test-results/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { sallyport },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-implied-eval': 'off',
      'no-new-func': 'error',
      'no-console': 'off',
      'no-restricted-syntax': ['error', ...forbiddenEverywhere],
      'prefer-const': 'error',
      'sallyport/layers': 'error',
      'sallyport/globals': 'error',
      'sallyport/no-sql': 'error',
      '@typescript-eslint/no-implied-eval': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest'] ?? reactHooks.configs.flat.recommended],
    rules: {
      'no-restricted-syntax': ['error', ...forbiddenEverywhere, ...forbiddenInRenderer],
      // An event handler may be asynchronous; React ignores what it returns.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: configFiles,
    rules: { 'no-restricted-syntax': 'off' },
  },
);
