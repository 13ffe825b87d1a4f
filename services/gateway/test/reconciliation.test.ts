import { jest } from '@jest/globals';
import type { AnyMessage, DifferenceChanged } from '@order-mesh/contracts';
import { days, fen } from '@order-mesh/kernel';
import { until } from '@order-mesh/testing';
import { openFrontDoor, type FrontDoor, type Parsed } from './front-door.ts';

jest.setTimeout(60_000);

let door: FrontDoor;

beforeAll(async () => { door = await openFrontDoor(); }, 90_000);
afterAll(async () => { await door?.stop(); }, 60_000);

const path = '/v1/reconciliation';
// runs of long ago are forgotten
const NOON = Date.now();
const utc = (at: number): string => new Date(at).toISOString();

const started = (runId: string, startedAt: number): AnyMessage => ({ type: 'ReconciliationStarted', value: { runId, from: NOON, requestedBy: '李娜', startedAt } });
const finished = (runId: string, finishedAt: number, outcome = 'differs'): AnyMessage =>
  ({ type: 'ReconciliationFinished', value: { runId, outcome, detail: '', orders: 3, amount: fen(12_345), openDifferences: outcome === 'differs' ? 2 : 0, finishedAt } });
const changed = (change: Partial<DifferenceChanged>): AnyMessage => ({ type: 'DifferenceChanged', value: {
  differenceId: 'd1', version: 1, runId: 'R1', orderId: 'O1', class: 'crm-not-told', status: 'open', detail: 'confirmed, and the CRM shows no end', repair: 'tell-crm', repairSays: 'writes it',
  evidence: [{ book: 'mesh', says: 'confirmed', amount: fen(12_345) }, { book: 'erp', says: 'nothing', amount: null }], firstSeenAt: NOON, lastSeenAt: NOON + 1, decidedBy: null, decidedAt: null, note: null, ...change,
} });
const stands = (differenceId: string, status: string): Promise<Parsed> => until(`${differenceId} ${status}`, async () =>
  (await door.get(`${path}?status=${status}`)).body.differences.find((one: Parsed) => one.differenceId === differenceId));
const commands = (type: string): readonly Parsed[] => door.heard.filter((message) => message.type === type).map(({ value }) => value);

describe('/v1/reconciliation', () => {
  it('shows nothing before the first run, and has one begun', async () => {
    expect((await door.get(path)).body).toEqual({ underWay: null, lastRun: null, differences: [], nextCursor: null });
    const asked = await door.post(`${path}/runs`, { requestedBy: '李娜', days: 30 });
    expect(asked.status).toBe(202);
    const [command] = await until('the command', async () => commands('StartReconciliation').length > 0 && commands('StartReconciliation'));
    expect(command).toMatchObject({ runId: asked.body.runId, days: 30, requestedBy: '李娜' });
    const wrong = await door.post(`${path}/runs`, { days: 0 });
    expect([wrong.status, wrong.body.errors.map(({ pointer }: Parsed) => pointer)]).toEqual([400, ['#/days']]);
    expect((await door.get(`${path}/runs/nobody`)).status).toBe(404);
  });

  it('shows the run under way, refuses another one meanwhile, and then the last', async () => {
    await door.publish(started('R1', NOON));
    await until('the run', async () => (await door.get(path)).body.underWay?.runId === 'R1');
    const again = await door.post(`${path}/runs`, { requestedBy: '李娜' });
    expect([again.status, again.body.type]).toEqual([409, 'urn:order-mesh:problem:run-under-way']);
    await door.publish(finished('R1', NOON + 5_000));
    await until('its end', async () => (await door.get(path)).body.underWay === null);
    expect((await door.get(path)).body.lastRun).toEqual({
      runId: 'R1', status: 'differs', requestedBy: '李娜', from: utc(NOON), startedAt: utc(NOON), finishedAt: utc(NOON + 5_000),
      detail: '', orders: 3, amountFen: '12345', openDifferences: 2,
    });
    expect((await door.get(`${path}/runs/R1`)).body.status).toBe('differs');
  });

  it('shows a difference with its evidence, says what a repair would do, and carries the decision on', async () => {
    await door.publish(changed({}));
    expect(await stands('d1', 'open')).toMatchObject({
      orderId: 'O1', class: 'crm-not-told', evidence: [{ book: 'mesh', says: 'confirmed', amountFen: '12345' }, { book: 'erp', says: 'nothing', amountFen: null }],
      repair: { kind: 'tell-crm', automatic: true, says: 'writes it' },
    });
    const dry = await door.post(`${path}/differences/d1/repair`, { by: '李娜', dryRun: true });
    expect([dry.status, dry.body.dryRun, dry.body.difference.repair.says]).toEqual([202, true, 'writes it']);
    expect((await door.post(`${path}/differences/d1/repair`, { by: '李娜' })).body).toMatchObject({ dryRun: false, difference: { status: 'open' } });
    const repairs = await until('the command', async () => commands('RepairDifference').length > 0 && commands('RepairDifference'));
    expect(repairs).toMatchObject([{ differenceId: 'd1', repairedBy: '李娜' }]);

    await door.publish(changed({ version: 2, status: 'repairing', decidedBy: '李娜', decidedAt: NOON }), changed({}));
    await stands('d1', 'repairing');
    const again = await door.post(`${path}/differences/d1/repair`, { by: '王芳' });
    expect([again.status, again.body.detail]).toEqual([409, '李娜 is having it repaired; the next reconciliation tells whether it has helped']);
    await door.publish(changed({ version: 3, status: 'repaired', decidedBy: '李娜', decidedAt: NOON }));
    await stands('d1', 'repaired');
    expect((await door.get(path)).body.differences).toEqual([]);
  });

  it('shows a difference again that comes back after it was forgotten', async () => {
    await door.publish(changed({ differenceId: 'd9', version: 3, status: 'vanished', lastSeenAt: NOON - days(100) }));
    await stands('d9', 'vanished');
    await door.publish(started('R2', NOON), finished('R2', NOON + 1_000));
    await until('its end', async () => (await door.get(`${path}/runs/R2`)).body.status === 'differs');
    await door.publish(changed({ differenceId: 'd9', orderId: 'O9' }));
    expect(await stands('d9', 'open')).toMatchObject({ orderId: 'O9' });
    await door.publish(changed({ differenceId: 'd9', orderId: 'O9', version: 2, status: 'vanished' }));
    await stands('d9', 'vanished');
  });

  it('tells what a person has to do where no machine may, and takes an acceptance', async () => {
    await door.publish(changed({ differenceId: 'd2', orderId: 'O2', repair: 'by-hand', repairSays: 'open it again in the ERP' }), changed({ differenceId: 'd3', orderId: 'O3' }));
    await Promise.all([stands('d2', 'open'), stands('d3', 'open')]);
    const refused = await door.post(`${path}/differences/d2/repair`, { by: '李娜' });
    expect([refused.status, refused.body.type, refused.body.detail]).toEqual([409, 'urn:order-mesh:problem:repair-by-hand', 'only a person can: open it again in the ERP']);
    expect((await door.post(`${path}/differences/d2/repair`, { by: '李娜', dryRun: true })).body.difference.repair).toEqual({ kind: 'by-hand', automatic: false, says: 'open it again in the ERP' });
    expect((await door.post(`${path}/differences/d2/accept`, { by: '李娜' })).body.errors).toMatchObject([{ pointer: '#/reason' }]);
    expect((await door.post(`${path}/differences/d2/accept`, { by: '李娜', reason: 'agreed' })).status).toBe(202);
    expect(await until('the command', async () => commands('AcceptDifference').length > 0 && commands('AcceptDifference'))).toMatchObject([{ differenceId: 'd2', acceptedBy: '李娜', reason: 'agreed' }]);
    expect((await door.post(`${path}/differences/nobody/repair`, { by: '李娜' })).status).toBe(404);

    const first = (await door.get(`${path}?limit=1`)).body;
    expect(first.differences).toMatchObject([{ differenceId: 'd2' }]);
    expect((await door.get(`${path}?limit=1&cursor=${first.nextCursor}`)).body).toMatchObject({ differences: [{ differenceId: 'd3' }], nextCursor: null });
    expect((await door.get(`${path}?order=O3`)).body.differences).toMatchObject([{ differenceId: 'd3' }]);
    expect(Object.keys((await door.get('/docs-json')).body.paths)).toContain('/v1/reconciliation/differences/{differenceId}/repair');
  });
});
