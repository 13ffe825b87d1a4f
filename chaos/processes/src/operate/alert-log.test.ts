import type { AlertRule } from '@order-mesh/testing';
import { AlertLog } from './alert-log.ts';

const rule = (state: AlertRule['state'], name = 'OutboxStuck', labels: Readonly<Record<string, string>> = { severity: 'page' }): AlertRule => ({ name, labels, state, holdsForSeconds: 1 });

describe('the log of alerts', () => {
  it('tells when an alert was pending, fired, and was at rest again once its cause had gone', () => {
    const log = new AlertLog(['OutboxStuck']);
    log.caused(['OutboxStuck'], 1_000);
    expect(log.look([rule('inactive')], 2_000)).toEqual([]);
    expect(log.look([rule('pending')], 3_000)).toEqual(['OutboxStuck is pending']);
    expect(log.look([rule('firing')], 4_000)).toEqual(['OutboxStuck is firing']);
    log.healed(['OutboxStuck'], 5_000);
    log.look([rule('firing')], 6_000);
    expect(log.look([rule('inactive')], 7_000)).toEqual(['OutboxStuck is at rest']);
    expect(log.course('OutboxStuck')).toEqual({ id: 'OutboxStuck', causedAt: 1_000, healedAt: 5_000, pendingAt: 3_000, firedAt: 4_000, resolvedAt: 7_000, uncalledFor: [] });
  });

  it('does not take a pause while the cause lasts for the end', () => {
    const log = new AlertLog(['OutboxStuck']);
    log.caused(['OutboxStuck'], 0);
    log.look([rule('firing')], 1_000);
    log.look([rule('inactive')], 2_000);
    expect(log.course('OutboxStuck').resolvedAt).toBeNull();
  });

  it('keeps apart what fires without being caused, before and after', () => {
    const log = new AlertLog(['OutboxStuck']);
    log.look([rule('firing')], 1_000);
    log.look([rule('firing')], 2_000);
    expect(log.course('OutboxStuck')).toMatchObject({ firedAt: null, uncalledFor: [1_000] });
  });

  it('tells the rules of one name apart by their window or phase', () => {
    const log = new AlertLog(['OrdersFail 1h', 'OrdersFail 6h']);
    log.caused(['OrdersFail 1h', 'OrdersFail 6h'], 0);
    log.look([rule('firing', 'OrdersFail', { severity: 'page', window: '1h' }), rule('pending', 'OrdersFail', { severity: 'page', window: '6h' })], 1_000);
    expect(log.all().map(({ firedAt }) => firedAt)).toEqual([1_000, null]);
  });
});
