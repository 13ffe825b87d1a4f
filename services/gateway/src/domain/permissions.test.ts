import { may, reachOf, whyNot, type Caller } from './caller.ts';
import { permissions, roles, type Permission, type Role } from './permissions.ts';

// written by hand a second time, as somebody reads it: rep, manager, director, finance, ops, auditor
const MATRIX = `
  orders:read             rep manager director finance ops auditor
  orders:place            rep manager director -       ops -
  orders:cancel           rep manager director -       ops -
  orders:explain          -   manager director finance ops auditor
  approvals:read          rep manager director finance ops auditor
  approvals:decide        -   manager director -       -   -
  delegations:read        -   manager director finance ops auditor
  delegations:write       -   manager director -       ops -
  cases:read              -   -       director finance ops auditor
  cases:work              -   -       director finance ops -
  imports:read            -   -       -        -       ops auditor
  imports:run             -   -       -        -       ops -
  letters:read            -   -       -        -       ops auditor
  letters:repair          -   -       -        -       ops -
  partners:read           -   -       director finance ops auditor
  partners:pause          -   -       -        -       ops -
  privacy:erase           -   -       -        -       ops -
  finance:feed            -   -       director finance -   auditor
  reconciliation:read     -   -       -        finance ops auditor
  reconciliation:repair   -   -       -        finance ops -
  rules:read              -   manager director finance ops auditor
  rules:propose           -   manager director finance -   -
  rules:simulate          -   -       director finance ops -
  rules:shadow            -   -       director finance ops -
  rules:release           -   -       director finance -   -
  rules:rollback          -   -       director finance ops -
  rules:adoption          -   -       director finance ops auditor
  schemas:read            rep manager director finance ops auditor`;

const rows = MATRIX.trim().split('\n').map((line) => line.trim().split(/ +/));
const cells = rows.flatMap(([permission = '', ...marks]) => roles.map((role, at) => [permission, role, marks[at] === '-' ? 'may not' : 'may'] as const));

const person = (role: Role, changes: object = {}): Caller => ({ kind: 'person', name: '李娜', roles: [role], customers: [], regions: [], ...changes });
const permissionNamed = (name: string): Permission => {
  const found = permissions.find((one) => one === name);
  if (found === undefined) throw new TypeError(`there is no ${name}`);
  return found;
};

describe('S4: the table of permissions', () => {
  it('has no permission that this page does not have, and no other way round', () => {
    expect(rows.map(([name]) => name)).toEqual([...permissions]);
  });

  it.each(cells)('S4: %s: %s %s', (permission, role, expected) => {
    expect(may(person(role), permissionNamed(permission))).toBe(expected === 'may');
  });
});

it('S7: an auditor reads everything that can be read of the business, and writes nothing', () => {
  const allowed = permissions.filter((permission) => may(person('auditor'), permission));
  expect(allowed.filter((permission) => !/:(read|explain|feed|adoption)$/.test(permission))).toEqual([]);
  expect(permissions.filter((permission) => permission.endsWith(':read')).filter((permission) => !allowed.includes(permission))).toEqual([]);
});

it('says who may instead', () => {
  expect(whyNot(person('sales_rep'), 'rules:release')).toBe('your role sales_rep may not release rules (rules:release); sales_director or finance may');
  expect(whyNot({ ...person('ops'), roles: [] } as Caller, 'orders:read')).toContain('李娜 has no role here and may not see orders');
  expect(whyNot({ kind: 'system', name: 'webshop', scopes: [], sources: [] }, 'orders:place')).toBe('webshop may not place orders: its token lacks the scope orders:place');
});

describe('whose orders somebody has to do with', () => {
  it('is a matter of customers for a representative, of regions for a manager, of both for who is both', () => {
    const claims = { customers: ['C1'], regions: ['华东'] };
    expect(reachOf(person('sales_rep', claims))).toEqual({ customers: ['C1'], regions: [], sources: [] });
    expect(reachOf(person('regional_manager', claims))).toEqual({ customers: [], regions: ['华东'], sources: [] });
    expect(reachOf({ kind: 'person', name: '李娜', roles: ['sales_rep', 'regional_manager'], ...claims })).toEqual({ ...claims, sources: [] });
  });

  it('is everybody\'s for the others, and nobody\'s for who has no role', () => {
    expect(['sales_director', 'finance', 'ops', 'auditor'].map((role) => reachOf(person(role as Role)))).toEqual(Array(4).fill('everything'));
    expect(reachOf({ kind: 'person', name: '李娜', roles: [], customers: ['C1'], regions: [] })).toEqual({ customers: [], regions: [], sources: [] });
  });

  it('is its own for a system of somebody else\'s', () => {
    expect(reachOf({ kind: 'system', name: 'webshop', scopes: ['orders:read'], sources: ['webshop'] })).toEqual({ customers: [], regions: [], sources: ['webshop'] });
  });
});
