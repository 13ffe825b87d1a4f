import { examined, type Examined } from './examined.ts';

const ALLOWED = { licences: ['MIT', 'ISC'], otherLicences: {}, installScripts: {} };
const GOOD = { version: '1.2.3', integrity: 'sha512-abc', license: 'MIT' };

interface Planted {
  readonly pins?: Readonly<Record<string, string>>;
  readonly packages?: Readonly<Record<string, unknown>>;
  readonly allowed?: unknown;
  readonly npmrc?: string;
}

function examine({ pins = { good: '1.2.3' }, packages = {}, allowed = ALLOWED, npmrc = 'ignore-scripts=true\n' }: Planted): Examined {
  return examined('supply-chain.mjs', {
    '.npmrc': npmrc, 'package.json': JSON.stringify({ name: 'mesh' }), 'services/credit/package.json': JSON.stringify({ name: 'credit', dependencies: pins }), 'tools/supply-chain.json': JSON.stringify(allowed),
    'package-lock.json': JSON.stringify({ packages: { '': {}, 'services/credit': {}, 'node_modules/credit': { link: true, resolved: 'services/credit' }, 'node_modules/good': GOOD, ...packages } }),
  });
}

describe('S26: the check of the supply chain', () => {
  it('has nothing to say about what is as it should be', () => {
    const pins = { good: '1.2.3', other: 'npm:@scope/good@1.2.3', next: '2.0.0-beta.1' };
    expect(examine({ pins })).toEqual({ status: 0, lines: ['2 workspaces and 1 packages seen, 0 complaints'] });
  });

  it.each(['^1.2.3', '~1.2.3', '*', '>=1', '1.x', 'latest', 'file:../good', 'npm:good@^1.2.3'])('finds a dependency that is pinned to %s', (version) => {
    expect(examine({ pins: { good: version } })).toMatchObject({ status: 1, lines: [`services/credit/package.json: good is pinned to no version: ${JSON.stringify(version)}`, expect.anything()] });
  });

  it('finds a package without a checksum', () => {
    expect(examine({ packages: { 'node_modules/open': { ...GOOD, integrity: undefined } } }).lines).toContain('package-lock.json: node_modules/open has no checksum');
  });

  it('finds install scripts that are on, and those that nobody has looked at', () => {
    const packages = { 'node_modules/loud': { ...GOOD, hasInstallScript: true } };
    expect(examine({ npmrc: 'save-exact=true\n' }).lines).toContain('.npmrc: install scripts are not off (ignore-scripts=true)');
    expect(examine({ packages }).lines).toContain('loud has an install script, and tools/supply-chain.json does not say why it may be left out');
    expect(examine({ packages, allowed: { ...ALLOWED, installScripts: { loud: 'asks for a donation' } } }).status).toBe(0);
    expect(examine({ packages, allowed: { ...ALLOWED, installScripts: { loud: '' } } }).status).toBe(1);
  });

  it.each([['GPL-3.0-only', 1], ['(MIT OR GPL-3.0-only)', 0], ['MIT AND ISC', 0], ['MIT AND GPL-3.0-only', 1], [undefined, 1]])('judges a package under %s', (license, status) => {
    expect(examine({ packages: { 'node_modules/one/node_modules/@scope/deep': { ...GOOD, license } } }).status).toBe(status);
  });

  it('lets a licence pass that has a reason, and keeps no exception that nothing needs', () => {
    const allowed = { ...ALLOWED, otherLicences: { font: { licence: 'OFL-1.1', reason: 'a font may go with any program' } } };
    expect(examine({ packages: { 'node_modules/font': { ...GOOD, license: 'OFL-1.1' } }, allowed }).status).toBe(0);
    expect(examine({ packages: { 'node_modules/font': { ...GOOD, license: 'GPL-3.0-only' } }, allowed }).status).toBe(1);
    expect(examine({ allowed }).lines).toContain('tools/supply-chain.json: font is no package of ours any more');
  });
});
