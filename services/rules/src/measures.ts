import type { Measures } from '@order-mesh/platform';

/** What the rules tell. */
export const rulesMeasures = {
  live: { name: 'mesh_rules_live_version', type: 'gauge', unit: 'version', labels: { point: 'the decision point' }, means: 'The version of the rules in force; 0 are the shipped ones.', use: 'A change is an annotation in the dashboards: what changed with it? `mesh rules changes` says who did it.' },
} as const satisfies Measures;
