// Two kinds of test: unit tests lie beside the code in src/ and touch no disk or socket;
// service tests lie in test/ and run against a real Kafka and a real PostgreSQL.

/** Service tests that load a machine to see how the mesh bears it: nothing else runs meanwhile. */
const ALONE = ['/chaos/processes/test/', '/bench/test/'];

const common = {
  testEnvironment: '<rootDir>/tools/plain-globals.mjs',
  testEnvironmentOptions: { customExportConditions: ['source', 'node'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', {
      jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2024', transform: { legacyDecorator: true, decoratorMetadata: true } },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    }],
  },
  setupFiles: ['<rootDir>/tools/plain-output.mjs'],
  modulePathIgnorePatterns: ['/dist/', '/\\.mesh/'],
};

export default {
  // a test that hangs has to end; one that meets a machine under load, or one that was paused, has not failed
  testTimeout: 60_000,
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/**/src/**/*.test.ts', '<rootDir>/tools/**/*.test.ts'] },
    { ...common, displayName: 'service', testMatch: ['<rootDir>/*/*/test/**/*.test.ts', '<rootDir>/*/test/**/*.test.ts'], testPathIgnorePatterns: ['/node_modules/', ...ALONE] },
    { ...common, displayName: 'alone', testMatch: ALONE.map((folder) => `<rootDir>${folder}**/*.test.ts`) },
  ],
};
