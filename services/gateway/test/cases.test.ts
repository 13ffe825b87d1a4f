import { jest } from '@jest/globals';
import type { AnyMessage } from '@order-mesh/contracts';
import { until } from '@order-mesh/testing';
import { openFrontDoor, type FrontDoor, type Parsed } from './front-door.ts';
import { messages, placed } from './scene.ts';

jest.setTimeout(60_000);

let door: FrontDoor;

beforeAll(async () => { door = await openFrontDoor(); }, 90_000);
afterAll(async () => { await door?.stop(); }, 60_000);

const opened = (orderId: string, changes: object = {}): AnyMessage => ({ type: 'CaseOpened', value: { ...messages.CaseOpened, orderId, dueAt: Date.now() + 3_600_000, ...changes } });
const path = '/v1/cases';

const stands = (orderId: string, status: string): Promise<Parsed> => until(`the case of ${orderId} ${status}`, async () => {
  const { body } = await door.get(`${path}/${orderId}`);
  return body.status === status && body;
});

describe('/v1/cases', () => {
  it('shows why, whose, until when, and all that happened; carries a decision on, and tells what followed', async () => {
    await door.publish({ type: 'OrderPlaced', value: placed({ orderId: 'C1' }) }, { type: 'OrderNeedsAttention', value: { ...messages.OrderNeedsAttention, orderId: 'C1' } }, opened('C1'));
    const shown = await stands('C1', 'open');
    expect(shown).toMatchObject({ kind: 'undo-failed', step: 'contract', reason: 'signed', owner: 'operations', assignee: null, overdue: false, openings: 1, decision: null });
    expect(shown.timeline.map(({ type }: Parsed) => type)).toContain('OrderNeedsAttention');

    expect((await door.post(`${path}/C1/assign`, { assignee: '李娜', assignedBy: '王芳' })).status).toBe(202);
    const wrong = await door.post(`${path}/C1/resolve`, { decision: 'forget it', decidedBy: '李娜' });
    expect([wrong.status, wrong.body.errors.map(({ pointer }: Parsed) => pointer)]).toEqual([400, ['#/decision', '#/reason']]);
    const asked = await door.post(`${path}/C1/resolve`, { decision: 'retry-undo', decidedBy: '李娜', reason: 'both parties agree' });
    expect([asked.status, asked.body.status]).toEqual([202, 'open']);
    const commands = await until('both commands', async () => { const found = door.heard.filter(({ key }) => key === 'C1').filter(({ type }) => type === 'AssignCase' || type === 'DecideCase'); return found.length === 2 && found; });
    expect(commands.map(({ value }) => value)).toMatchObject([{ assignee: '李娜', assignedBy: '王芳' }, { decision: 'retry-undo', decidedBy: '李娜', note: 'both parties agree' }]);

    await door.publish({ type: 'CaseAssigned', value: { ...messages.CaseAssigned, orderId: 'C1' } }, { type: 'CaseDecided', value: { ...messages.CaseDecided, orderId: 'C1' } });
    expect(await stands('C1', 'retrying')).toMatchObject({ assignee: '李娜', decision: 'retry-undo', note: 'both parties agree' });
    const again = await door.post(`${path}/C1/resolve`, { decision: 'accept', decidedBy: '李娜', reason: 'x' });
    expect([again.status, again.body.type]).toEqual([409, 'urn:order-mesh:problem:case-closed']);

    await door.publish({ type: 'OrderRejected', value: { ...messages.OrderRejected, orderId: 'C1' } }, { type: 'CaseClosed', value: { ...messages.CaseClosed, orderId: 'C1' } });
    expect(await stands('C1', 'closed')).toMatchObject({ outcome: 'rejected' });
    await until('the order at its end', async () => (await door.get('/v1/orders/C1')).body.status === 'rejected');
    expect((await door.post(`${path}/C1/assign`, { assignee: 'x', assignedBy: 'x' })).body.detail).toMatch(/^the case is closed since .*: rejected$/);
  });

  it('lists the most urgent first, by what is asked for', async () => {
    const now = Date.now();
    await door.publish(opened('U1', { dueAt: now + 9_000_000 }), opened('U2', { dueAt: now - 1_000 }), opened('U3', { kind: 'stuck', owner: 'finance', dueAt: now + 8_000_000 }));
    const ids = async (query: string): Promise<readonly string[]> => (await door.get(`${path}?${query}`)).body.items.map(({ orderId }: Parsed) => orderId).filter((id: string) => id.startsWith('U'));
    await until('three cases', async () => (await ids('')).length === 3);
    expect((await door.get(path)).body.items.map(({ orderId }: Parsed) => orderId)).not.toContain('C1');
    expect((await door.get(`${path}?status=closed`)).body.items.map(({ orderId }: Parsed) => orderId)).toEqual(['C1']);
    expect(await Promise.all([ids('status=open'), ids('overdue=true'), ids('owner=finance'), ids('assignee=nobody')])).toEqual([['U2', 'U3', 'U1'], ['U2'], ['U3'], []]);
    const first = (await door.get(`${path}?limit=1&status=open`)).body;
    expect((await door.get(`${path}?limit=1&status=open&cursor=${first.nextCursor}`)).body.items).toMatchObject([{ orderId: 'U3' }]);
    const stuck = await door.post(`${path}/U3/resolve`, { decision: 'retry-undo', decidedBy: '李娜', reason: 'x' });
    expect([stuck.status, stuck.body.detail]).toEqual([409, 'the order is stuck, not undone: cancel it, or accept it as it stands']);
    expect([(await door.get(`${path}/nobody`)).status, (await door.post(`${path}/nobody/assign`, { assignee: 'x', assignedBy: 'x' })).status]).toEqual([404, 404]);
  });
});
