import tseslint from 'typescript-eslint';

const ENVIRONMENT = 'The environment is read once, in config.ts; pass what is needed from there.';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/generated/**', '.mesh/**', '**/*.mjs'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommended, ...tseslint.configs.stylistic],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-empty-function': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
      'no-else-return': 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error',
        { selector: 'TSEnumDeclaration', message: 'Use a union of strings.' },
        { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' }],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: ENVIRONMENT }],
      'no-restricted-imports': ['error', { name: 'node:process', message: ENVIRONMENT }, { name: 'process', message: ENVIRONMENT }],
    },
  },
  { files: ['**/*.test.ts', '**/test/**/*.ts'], rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' } },
  { files: ['cli/**/*.ts', 'deploy/**/*.ts', 'tools/**/*.ts', 'bench/**/*.ts', 'chaos/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    // where a process begins: what it is given there goes to config.ts
    files: ['**/config.ts', 'simulators/*/src/main.ts', 'packages/platform/src/run-service.ts', 'deploy/**/*.ts', 'cli/**/*.ts', 'tools/**/*.ts', 'bench/**/*.ts', 'chaos/**/*.ts', '**/test/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' },
  },
);
