import { scaledRules } from './scaled-rules.ts';

const RULES = `groups:
  - name: some
    interval: 30s
    rules:
      - alert: OrdersFail
        expr: mesh:orders_failed:ratio_1h > 14.4 * 0.005 and sum(increase(mesh_orders_failed_total[3d])) >= 3 and max(mesh_orders_oldest_seconds) > 26 * 86400
        for: 2m
      - alert: AuditAlarm
        expr: sum(increase(mesh_audit_alarms_total[1h])) > 0
        for: 0m`;

describe('rules in which time goes faster', () => {
  it('look back over shorter windows and wait for less, and ask for the same', () => {
    expect(scaledRules(RULES, 60)).toBe(`groups:
  - name: some
    interval: 1000ms
    rules:
      - alert: OrdersFail
        expr: mesh:orders_failed:ratio_1h > 14.4 * 0.005 and sum(increase(mesh_orders_failed_total[4320000ms])) >= 3 and max(mesh_orders_oldest_seconds) > 26 * 86400
        for: 2000ms
      - alert: AuditAlarm
        expr: sum(increase(mesh_audit_alarms_total[60000ms])) > 0
        for: 0ms`);
  });

  it('are those of the file, in milliseconds, where time goes as it does', () => {
    expect(scaledRules('for: 2m\nexpr: rate(x[1h]) > 60', 1)).toBe('for: 120000ms\nexpr: rate(x[3600000ms]) > 60');
  });

  it('never go slower', () => {
    expect(() => scaledRules(RULES, 0.5)).toThrow('time can only go faster, got a factor of 0.5');
  });
});
