import { programNamed, programNames } from './programs.ts';

it('has every service of the mesh, and what makes ready for them', () => {
  expect(programNames).toEqual([
    'approvals', 'audit', 'contract', 'credit', 'crm-adapter', 'erp-adapter', 'finance', 'gateway', 'inventory', 'logistics', 'order-orchestrator', 'pricing', 'rules', 'wecom-adapter', 'prepare',
  ]);
});

it.each(['', 'constructor', 'toString', 'billing'])('knows no program named "%s"', (name) => {
  expect(programNamed(name, {})).toBeUndefined();
});
