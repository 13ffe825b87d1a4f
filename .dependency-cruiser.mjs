// Who may know whom. Each rule has a planted violation in tools/architecture.test.ts that proves it bites.
const frontDoor = (names) => `^(${names})/src/index\\.ts$`;
const WORKSPACE = '(contracts|verify|cli|tools|bench|(?:packages|services|simulators|deploy|chaos)/[^/]+)';
const TEST = '(\\.test\\.ts$|/test/)';

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const usecase = { path: '^services/([^/]+)/src/usecases/', pathNot: TEST };
const usecaseMayKnow = ['^services/$1/src/(domain|usecases)/', frontDoor('packages/(kernel|saga|rules|messaging)|contracts')];

export default {
  forbidden: [
    rule('domain-is-pure', 'What is true needs no database, clock or framework: kernel, saga, rules, message types and itself.',
      { path: '^services/([^/]+)/src/domain/', pathNot: TEST },
      { pathNot: ['^services/$1/src/domain/', frontDoor('packages/(kernel|saga|rules)|contracts')] }),
    rule('saga-is-pure', 'The machine decides; whoever runs it brings time and storage.',
      { path: '^packages/saga/src/', pathNot: TEST },
      { pathNot: ['^packages/saga/src/', frontDoor('packages/kernel|contracts')] }),
    rule('rules-are-pure', 'The same facts are decided the same by the same rules, today and in ten years.',
      { path: '^packages/rules/src/', pathNot: TEST },
      { pathNot: ['^packages/rules/src/', frontDoor('packages/kernel'), '^crypto$', '(^|/)node_modules/zod/'] }),
    rule('kernel-stands-alone', 'Everything depends on the kernel, so it depends on nothing.',
      { path: '^packages/kernel/src/', pathNot: TEST },
      { pathNot: '^packages/kernel/src/' }),
    rule('usecases-know-ports', 'A use case names what it needs as a port; inbound, outbound, pg and Nest plug in from outside.',
      usecase,
      { pathNot: usecaseMayKnow, dependencyTypesNot: ['type-only'] }),
    rule('usecases-know-port-types', 'Types of the platform, the call desk and the rule book may describe a port, and no others.',
      usecase,
      { pathNot: [...usecaseMayKnow, frontDoor('packages/(platform|outbound|rulebook)')], dependencyTypes: ['type-only'] }),
    rule('no-peeking', 'Services meet on topics: none imports another.',
      { path: '^services/([^/]+)/' },
      { path: '^services/', pathNot: '^services/$1/' }),
    rule('front-door-only', 'Another workspace is imported by its name, which leads to its index.ts.',
      { path: `^${WORKSPACE}/` },
      { path: `^${WORKSPACE}/.+\\.ts$`, pathNot: '^$1/', dependencyTypes: ['local'] }),
    rule('no-cycles', 'What needs each other belongs together.', {}, { circular: true }),
    rule('nest-at-the-border', 'Nest is how we are called and put together, not how we think.',
      { pathNot: ['^services/[^/]+/src/(inbound/|module\\.ts$|main\\.ts$)', '^packages/[^/]+/src/inbound/', '^packages/(platform|testing)/', TEST] },
      { path: '(^|/)@nestjs/' }),
    rule('found', 'An import that leads nowhere would hide from every other rule.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // the benchmark's peers are programs of their own, with packages that only a benchmark installs
    exclude: { path: '(^|/)(dist|\\.mesh)/|^bench/peers/' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6'],
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'import', 'node', 'default'] },
  },
};
