import type { Measures } from '@order-mesh/platform';

/** What the approvals tell. */
export const approvalMeasures = {
  waiting: { name: 'mesh_approvals_waiting', type: 'gauge', unit: 'approvals', labels: { role: 'who has to decide' }, means: 'Questions that wait for a decision; read every 15 s.', use: '`mesh approvals list` shows them.' },
  overdue: { name: 'mesh_approvals_overdue', type: 'gauge', unit: 'approvals', labels: { role: 'who has to decide' }, means: 'Those of them that had to be escalated, or are past their deadline.', use: 'See the runbook ApprovalOverdue.' },
} as const satisfies Measures;
