import type { Measures } from '@order-mesh/platform';

/** What the adapter of the CRM tells. */
export const crmMeasures = {
  lost: { name: 'mesh_crm_position_lost_total', type: 'counter', unit: 'times', labels: {}, means: 'How often the CRM had forgotten our position and orders were read instead.', use: 'Once after more than three days without the CRM is as it should be. More often: the CRM keeps events for too short.' },
} as const satisfies Measures;
