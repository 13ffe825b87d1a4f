import type { Measures } from '@order-mesh/platform';

/** What finance tells of the ledger and of the three books. */
export const financeMeasures = {
  toFinance: { name: 'mesh_order_to_finance_seconds', type: 'histogram', unit: 'seconds', labels: {}, span: 'orders', means: 'From the placing of an order to its confirmation in the ERP, for orders entered into the ledger.', use: 'The number the mesh is measured by: 4.7 h is the agreed limit. Whatever is slow shows in mesh_saga_step_seconds.' },
  recorded: { name: 'mesh_orders_recorded_fen_total', type: 'counter', unit: 'fen', labels: {}, means: 'Confirmed money entered into the ledger.', use: 'Divide by 100 for yuan. Compare with the revenue that finance expects of the day.' },
  disagreeing: { name: 'mesh_orders_disagreeing_total', type: 'counter', unit: 'orders', labels: {}, means: 'Orders entered into the ledger that the ERP booked with another amount than is to be paid.', use: 'Anything but 0: somebody in finance looks at the entry; see how-to/reconciliation.md.' },
  differences: { name: 'mesh_reconciliation_differences_open', type: 'gauge', unit: 'differences', labels: {}, means: 'Differences between the books of CRM, mesh and ERP that wait for somebody or something.', use: 'See the runbook ReconciliationDrift.' },
  compared: { name: 'mesh_reconciliation_begun_seconds', type: 'gauge', unit: 'seconds', labels: {}, means: 'How long ago the books were last begun to be compared; 0 when never.', use: 'Above twice RECONCILE_MINUTES: nobody compares; look at the log of finance.' },
} as const satisfies Measures;
