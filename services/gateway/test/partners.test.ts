import { jest } from '@jest/globals';
import { pgCallLedger } from '@order-mesh/outbound';
import { openFrontDoor, type FrontDoor } from './front-door.ts';

jest.setTimeout(60_000);

let door: FrontDoor;

beforeAll(async () => { door = await openFrontDoor(); }, 90_000);
afterAll(async () => { await door?.stop(); }, 60_000);

const path = '/v1/partners';

describe('/v1/partners', () => {
  it('is empty before any service has called anybody', async () => {
    expect((await door.get(path)).body).toEqual({ items: [] });
  });

  it('shows a partner, pauses it and has its calls go on', async () => {
    const ledger = pgCallLedger({ service: 'erp-adapter', system: 'u8', database: door.database });
    await door.database.transaction((tx) => ledger.register(tx, Date.now(), { perSecond: 100, ledgerPerSecond: 20 }));
    expect((await door.get(path)).body.items).toEqual([expect.objectContaining({ system: 'u8', service: 'erp-adapter', state: 'well', waiting: 0, share: 1, oldestAt: null })]);

    const paused = await door.post(`${path}/u8/pause`, { pausedBy: '李娜', note: 'U8 is being upgraded' });
    expect([paused.status, paused.body.items]).toEqual([200, [expect.objectContaining({ state: 'paused', pausedBy: '李娜', note: 'U8 is being upgraded', since: expect.stringMatching(/Z$/) })]]);
    expect((await ledger.look(1, Date.now())).standing).toMatchObject({ pausedBy: '李娜' });

    const resumed = await door.post(`${path}/u8/resume`, { resumedBy: '李娜' });
    expect([resumed.status, resumed.body.items]).toEqual([200, [expect.objectContaining({ state: 'recovering', pausedBy: null })]]);
    expect((await ledger.look(1, Date.now())).standing).toMatchObject({ pausedBy: null });
  });

  it('refuses a system that nobody calls, and says who has paused one where nobody was named', async () => {
    const unknown = await door.post(`${path}/u9/pause`, { pausedBy: '李娜' });
    expect([unknown.status, unknown.body.detail]).toEqual([404, 'nobody here calls u9']);
    const paused = await door.post(`${path}/u8/pause`, {});
    expect([paused.status, paused.body.items[0]]).toMatchObject([200, { system: 'u8', state: 'paused', pausedBy: '李娜' }]);
  });
});
