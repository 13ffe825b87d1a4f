import type { ReportBook, Shown } from '../usecases/ports.ts';

/** What the CRM is to show, in memory; there is one transaction, and it always commits. */
export function memoryReportBook(): ReportBook {
  const kept = new Map<string, Shown>();
  return {
    async add(_tx, reports) {
      for (const report of reports) {
        const { report: before, version = 0 } = kept.get(report.orderId) ?? {};
        kept.set(report.orderId, { report: { ...before, ...report }, version: version + 1 });
      }
    },
    shown: async (orderIds) => new Map(orderIds.flatMap((orderId) => {
      const shown = kept.get(orderId);
      return shown ? [[orderId, shown]] : [];
    })),
  };
}
