import type { Measures } from '@order-mesh/platform';

/** What the audit log tells. */
export const auditMeasures = {
  alarms: { name: 'mesh_audit_alarms_total', type: 'counter', unit: 'times', labels: {}, means: 'Times that the end of the audit log was found to be another one than the mesh has written.', use: 'Anything but 0: somebody has changed the log in the database. `mesh audit verify`, and see how-to/audit.md.' },
} as const satisfies Measures;
