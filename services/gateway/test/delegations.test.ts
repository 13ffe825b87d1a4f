import { jest } from '@jest/globals';
import { until } from '@order-mesh/testing';
import { openFrontDoor, type FrontDoor } from './front-door.ts';

jest.setTimeout(60_000);

let door: FrontDoor;

beforeAll(async () => { door = await openFrontDoor(); }, 120_000);
afterAll(async () => { await door?.stop(); }, 60_000);

const body = { absent: '李娜', deputy: '张伟', since: '2026-10-09', until: '2026-10-16', reason: 'on leave', requestedBy: '王芳' };

it('asks for a deputy, days being days in Beijing with the last one included, and shows what becomes of it', async () => {
  const asked = await door.post('/v1/delegations', body);
  expect([asked.status, asked.body]).toEqual([202, {
    delegationId: expect.any(String), state: 'asked', absent: '李娜', deputy: '张伟', since: '2026-10-08T16:00:00.000Z', until: '2026-10-16T16:00:00.000Z', reason: 'on leave', detail: '',
    requestedBy: '王芳', updatedAt: expect.any(String),
  }]);
  const { delegationId, since, until: end } = asked.body;
  expect(asked.headers.get('location')).toBe(`/v1/delegations/${delegationId}`);
  const told = { delegationId, absent: '李娜', deputy: '张伟', since: Date.parse(since), until: Date.parse(end), reason: 'on leave', requestedBy: '王芳' };
  const command = await until('the command', () => Promise.resolve(door.heard.find(({ type }) => type === 'DelegateApprovals')));
  expect(command).toMatchObject({ key: delegationId, value: told });

  const change = { ...told, detail: '', at: 1_000 };
  await door.publish({ type: 'DelegationChanged', value: { ...change, revision: 2, state: 'ended' } }, { type: 'DelegationChanged', value: { ...change, revision: 1, state: 'standing' } });
  await until('the end of it', async () => (await door.get(`/v1/delegations/${delegationId}`)).body.state === 'ended');
  expect((await door.get('/v1/delegations?limit=1')).body).toMatchObject({ items: [{ delegationId, state: 'ended' }], nextCursor: null });
});

it('asks for its end, of one that it knows', async () => {
  const { delegationId } = (await door.post('/v1/delegations', body)).body;
  expect((await door.post(`/v1/delegations/${delegationId}/end`, { requestedBy: '李娜' })).status).toBe(202);
  expect(await until('the command', () => Promise.resolve(door.heard.find(({ type }) => type === 'EndDelegation')))).toMatchObject({ value: { delegationId, requestedBy: '李娜' } });
  expect((await door.post('/v1/delegations/none/end', { requestedBy: '李娜' })).body).toMatchObject({ status: 404, type: 'urn:order-mesh:problem:unknown-delegation' });
  expect((await door.get('/v1/delegations/none')).status).toBe(404);
});

it('names every fault of a request', async () => {
  const refused = await door.post('/v1/delegations', { absent: '李娜', until: 'Friday', requestedBy: '王芳', forever: true });
  expect([refused.status, refused.body.errors.map(({ pointer }: { readonly pointer: string }) => pointer).sort()]).toEqual([400, ['#/deputy', '#/forever', '#/until']]);
});
