import { jest } from '@jest/globals';
import type { ImportAdvanced } from '@order-mesh/contracts';
import { until } from '@order-mesh/testing';
import { openFrontDoor, type FrontDoor, type Parsed } from './front-door.ts';

jest.setTimeout(60_000);

let door: FrontDoor;

beforeAll(async () => { door = await openFrontDoor(); }, 90_000);
afterAll(async () => { await door?.stop(); }, 60_000);

const path = '/v1/imports';
const start = (fields: object = {}) => door.post(path, { system: 'salesforce', requestedBy: '王芳', ...fields });
const advanced = (importId: string, revision: number, changes: Partial<ImportAdvanced> = {}) => door.publish({
  type: 'ImportAdvanced',
  value: {
    importId, system: 'salesforce', revision, state: 'running', since: null, status: 'Activated', dryRun: false, total: 100, seen: revision, placed: revision, known: 0, unacceptable: 0, passedOver: 0,
    reasons: [], detail: '', requestedBy: '王芳', startedAt: Date.now(), at: Date.now(), ...changes,
  },
});
const shows = (importId: string, fields: object): Promise<Parsed> => until(`the import shows ${JSON.stringify(fields)}`, async () => {
  const { body } = await door.get(`${path}/${importId}`);
  return Object.entries(fields).every(([name, value]) => body[name] === value) && body;
});
const commandsOf = (importId: string) => door.heard.filter(({ key }) => key === importId).map(({ type }) => type);

it('an import is asked for, followed, stopped and resumed, one at a time', async () => {
  const asked = await start({ since: '2026-01-01' });
  const { importId } = asked.body;
  expect([asked.status, asked.headers.get('location'), asked.body]).toMatchObject([202, `${path}/${importId}`, { state: 'asked', since: '2025-12-31T16:00:00.000Z', status: 'Activated', dryRun: false, total: null, requestedBy: '王芳' }]);
  await until('the command', async () => commandsOf(importId).length === 1);
  expect(door.heard.find(({ key }) => key === importId)).toMatchObject({ type: 'StartImport', value: { importId, system: 'salesforce', since: Date.UTC(2025, 11, 31, 16), status: 'Activated', dryRun: false } });
  const second = await start();
  expect([second.status, second.body.type, second.body.detail]).toEqual([409, 'urn:order-mesh:problem:import-not-now', expect.stringContaining(`import ${importId} is under way`)]);

  await advanced(importId, 2, { unacceptable: 1, reasons: [{ reason: 'it has no lines', count: 1, example: 'O1' }] });
  expect(await shows(importId, { seen: 2 })).toMatchObject({ state: 'running', total: 100, reasons: [{ reason: 'it has no lines', count: 1, example: 'O1' }] });
  await advanced(importId, 1);
  await advanced(importId, 3, { detail: 'waits until the mesh has room' });
  expect((await shows(importId, { seen: 3 })).detail).toBe('waits until the mesh has room');

  expect((await door.post(`${path}/${importId}/resume`, { requestedBy: '王芳' })).status).toBe(409);
  expect((await door.post(`${path}/${importId}/stop`, { requestedBy: '王芳' })).status).toBe(202);
  await advanced(importId, 4, { state: 'stopped' });
  await shows(importId, { state: 'stopped' });
  expect((await door.post(`${path}/${importId}/stop`, { requestedBy: '王芳' })).body.detail).toBe('the import is stopped; there is nothing to stop');
  expect((await door.post(`${path}/${importId}/resume`, { requestedBy: '王芳' })).status).toBe(202);
  await until('all commands', async () => commandsOf(importId).length === 3);
  expect(commandsOf(importId)).toEqual(['StartImport', 'StopImport', 'ResumeImport']);
  await advanced(importId, 5, { state: 'completed' });
  await shows(importId, { state: 'completed' });
  expect((await start({ dryRun: true })).status).toBe(202);
});

it('says what is wrong with a wish, and knows no import it never heard of', async () => {
  const wrong = await start({ system: 'sap', since: 'yesterday', status: 'Draft', dryRun: 'yes', all: true });
  expect([wrong.status, wrong.body.errors.map(({ pointer }: Parsed) => pointer)]).toEqual([400, ['#/system', '#/since', '#/status', '#/dryRun', '#/all']]);
  expect([(await door.get(`${path}/nothing`)).status, (await door.post(`${path}/nothing/stop`, { requestedBy: 'x' })).status]).toEqual([404, 404]);
  const first = (await door.get(`${path}?limit=1`)).body;
  const rest = (await door.get(`${path}?limit=1&cursor=${first.nextCursor}`)).body;
  expect([first.items[0].dryRun, rest.items[0].state, rest.nextCursor]).toEqual([true, 'completed', null]);
});
