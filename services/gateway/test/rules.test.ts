import { jest } from '@jest/globals';
import { decisionPoints, hashOf, writeRuleSet } from '@order-mesh/rules';
import { until } from '@order-mesh/testing';
import { openFrontDoor, type FrontDoor, type Parsed } from './front-door.ts';
import { advanced, CREDIT, decided, NOON, other, proposed, published, refused, shadowAdvanced, shadowed, shipped } from './rules-scene.ts';

jest.setTimeout(60_000);

let door: FrontDoor;

const people = [{ name: '王芳', roles: ['finance'] }, { name: '李娜', aliases: ['wecom:LiNa'], roles: ['it'] }];

beforeAll(async () => { door = await openFrontDoor({ APPROVALS_PEOPLE: JSON.stringify(people) }); }, 90_000);
afterAll(async () => { await door?.stop(); }, 60_000);

const path = '/v1/rules';
const commands = (type: string): readonly Parsed[] => door.heard.filter((message) => message.type === type).map(({ value }) => value);
const command = (type: string, count = 1): Promise<Parsed> => until(`a ${type}`, async () => commands(type).length >= count && commands(type).at(-1));
const shows = (changeId: string, status: string): Promise<Parsed> => until(`${changeId} ${status}`, async () => {
  const { body } = await door.get(`${path}/changes/${changeId}`);
  return body.status === status && body;
});
const wish = { content: other, basedOn: hashOf(shipped), author: '王芳', reason: '回款变差' };

describe('/v1/rules', () => {
  it('shows the shipped rules as version 0 where nobody has published any', async () => {
    const { items } = (await door.get(path)).body;
    expect(items.map((item: Parsed) => [item.point, item.version, item.since, item.approvedBy])).toEqual([...decisionPoints.keys()].map((name) => [name, 0, null, null]));
    const point = (await door.get(`${path}/${CREDIT}`)).body;
    expect(point).toMatchObject({ title: { zh: '信用控制' }, hash: hashOf(shipped), content: JSON.parse(writeRuleSet(shipped)), versions: [{ version: 0 }], otherwise: { verdict: 'grant' } });
    expect(point.inputs.find(({ name }: Parsed) => name === 'amount')).toMatchObject({ type: 'money', unit: 'CNY', decimals: 2, label: { zh: '订单金额' } });
    expect((await door.get(`${path}/${CREDIT}/versions/0`)).body).toMatchObject({ point: CREDIT, version: 0, content: { rules: [{ id: 'freeze-overdue' }] } });
    expect([(await door.get(`${path}/${CREDIT}/versions/9`)).status, (await door.get(`${path}/${CREDIT}/versions/x`)).status, (await door.get(`${path}/weather`)).status]).toEqual([404, 404, 404]);
  });

  it('takes a proposal, shows what became of it, and carries the second person\'s decision on', async () => {
    const asked = await door.post(`${path}/${CREDIT}/changes`, { ...wish, changeId: 'c1' });
    expect([asked.status, asked.headers.get('location'), asked.body]).toMatchObject([202, `${path}/changes/c1`, { changeId: 'c1', status: 'asked', kind: 'proposal', author: '王芳' }]);
    expect(await command('ProposeRules')).toMatchObject({ point: CREDIT, changeId: 'c1', basedOn: hashOf(shipped), content: JSON.stringify(other), author: '王芳', reason: '回款变差' });
    const early = await door.post(`${path}/changes/c1/approve`, { decidedBy: '李娜' });
    expect([early.status, early.body.type, early.body.detail]).toEqual([409, 'urn:order-mesh:problem:change-not-now', 'it is being checked; ask again in a moment']);

    await door.publish(proposed());
    expect(await shows('c1', 'proposed')).toMatchObject({ hash: hashOf(other), content: JSON.parse(writeRuleSet(other)), findings: [{ kind: 'untested' }] });
    expect((await door.post(`${path}/${CREDIT}/changes`, { ...wish, changeId: 'c1' })).body.status).toBe('proposed');
    expect((await door.post(`${path}/changes/c1/approve`, { decidedBy: '李娜', comment: '同意' })).status).toBe(202);
    expect(await command('DecideRules')).toMatchObject({ point: CREDIT, changeId: 'c1', decision: 'approved', decidedBy: '李娜', comment: '同意' });
    await door.publish(refused());
    expect(await until('the refusal', async () => (await door.get(`${path}/changes/c1`)).body.refusal)).toMatchObject({ reason: 'own-change', by: '王芳' });

    await door.publish(decided(), published(1));
    expect(await shows('c1', 'approved')).toMatchObject({ decidedBy: '李娜', comment: '同意' });
    await until('the release', async () => (await door.get(path)).body.items.find(({ point }: Parsed) => point === CREDIT).version === 1);
    expect((await door.get(`${path}/${CREDIT}`)).body).toMatchObject({ version: 1, hash: hashOf(other), approvedBy: '李娜', since: new Date(NOON + 11).toISOString(), versions: [{ version: 1 }, { version: 0 }] });
    expect((await door.get(`${path}/${CREDIT}/versions/1`)).body.content).toEqual(JSON.parse(writeRuleSet(other)));
    const late = await door.post(`${path}/changes/c1/refuse`, { decidedBy: '李娜' });
    expect([late.status, late.body.detail]).toEqual([409, 'it was approved by 李娜']);
    expect(commands('ProposeRules')).toHaveLength(1);
  });

  it('shows why a change was refused, with the rule and the cell', async () => {
    await door.post(`${path}/${CREDIT}/changes`, { ...wish, changeId: 'c2' });
    await door.publish(refused({ changeId: 'c2', reason: 'wrong-cell', detail: 'rule late, cell daysOverdue: "soon" is not a number', at: NOON }));
    expect(await shows('c2', 'refused')).toMatchObject({ detail: 'rule late, cell daysOverdue: "soon" is not a number', content: null });
    const first = (await door.get(`${path}/${CREDIT}/changes?limit=1`)).body;
    expect(first.items).toMatchObject([{ changeId: 'c2' }]);
    expect((await door.get(`${path}/${CREDIT}/changes?limit=1&cursor=${first.nextCursor}`)).body).toMatchObject({ items: [{ changeId: 'c1' }], nextCursor: null });
  });

  it('takes a rollback, and a simulation', async () => {
    const asked = await door.post(`${path}/${CREDIT}/rollback`, { version: 0, author: '王芳', reason: '改错了' });
    expect([asked.status, asked.body]).toMatchObject([202, { status: 'asked', kind: 'rollback', toVersion: 0 }]);
    const { changeId } = asked.body;
    expect(await command('RollBackRules')).toMatchObject({ point: CREDIT, changeId, version: 0, author: '王芳', reason: '改错了' });
    await door.publish(published(2, { changeId, approvedBy: null, hash: hashOf(shipped), content: writeRuleSet(shipped), at: NOON + 50 }));
    expect(await shows(changeId, 'approved')).toMatchObject({ version: 2, toVersion: 0, decidedBy: null });

    const simulation = await door.post(`${path}/${CREDIT}/simulations`, { content: other, since: '2026-05-01', until: '2026-05-31', author: '王芳' });
    const { simulationId } = simulation.body;
    expect([simulation.status, simulation.body]).toMatchObject([202, { state: 'asked', since: '2026-04-30T16:00:00.000Z', until: '2026-05-31T16:00:00.000Z' }]);
    expect(await command('SimulateRules')).toMatchObject({ point: CREDIT, simulationId, content: JSON.stringify(other), author: '王芳' });
    await door.publish(advanced({ simulationId, state: 'done', checked: 100, changed: 3, outcomes: '[{"orders":3}]' }), advanced({ simulationId }));
    expect(await until('the end', async () => {
      const { body } = await door.get(`${path}/simulations/${simulationId}`);
      return body.state === 'done' && body;
    })).toMatchObject({ checked: 100, changed: 3, outcomes: [{ orders: 3 }], author: '王芳' });
  });

  it('has a change decide silently, and shows what it would have decided', async () => {
    await door.publish(proposed({ changeId: 'quiet' }));
    await shows('quiet', 'proposed');
    const asked = await door.post(`${path}/changes/quiet/shadow`, { forHours: 24, author: '王芳' });
    const { shadowId } = asked.body;
    expect([asked.status, asked.headers.get('location'), asked.body]).toMatchObject([202, `${path}/changes/quiet/shadow`, { state: 'asked', changeId: 'quiet', point: CREDIT, author: '王芳' }]);
    const sent = await command('ShadowRules');
    expect(sent).toMatchObject({ point: CREDIT, changeId: 'quiet', shadowId, author: '王芳' });
    expect(Number(sent.until) - Number(sent.at)).toBe(24 * 3_600_000);
    expect((await door.get(`${path}/changes/quiet/shadow`)).body.type).toBe('urn:order-mesh:problem:unknown-shadow');

    await door.publish(shadowed({ changeId: 'quiet', shadowId }), shadowAdvanced({ changeId: 'quiet', shadowId, changed: 3, outcomes: '[{"orders":9}]' }));
    const seen = await until('the figures', async () => (await door.get(`${path}/shadows`)).body.items.find((one: Parsed) => one.shadowId === shadowId && one.decisions > 0));
    expect(seen).toMatchObject({ state: 'running', decisions: 10, checked: 9, changed: 3, outcomes: [{ orders: 9 }] });
    expect((await door.post(`${path}/changes/quiet/shadow/end`, { author: '李娜' })).status).toBe(202);
    expect(await command('EndShadow')).toMatchObject({ point: CREDIT, changeId: 'quiet', author: '李娜' });
    await door.publish(shadowed({ changeId: 'quiet', shadowId, content: '', author: '李娜', endedBecause: 'stopped' }), shadowAdvanced({ changeId: 'quiet', shadowId, state: 'ended', changed: 3, endedBecause: 'stopped' }));
    expect(await until('the end', async () => { const { body } = await door.get(`${path}/changes/quiet/shadow`); return body.state === 'ended' && body; })).toMatchObject({ endedBecause: 'stopped', endedBy: '李娜' });
    expect((await door.get(`${path}/shadows`)).body.items).toEqual([]);

    const wrong = await door.post(`${path}/changes/quiet/shadow`, { forHours: 0 });
    expect([wrong.status, wrong.body.errors.map(({ pointer }: Parsed) => pointer)]).toEqual([400, ['#/forHours']]);
    const refusals = [await door.post(`${path}/changes/c1/shadow`, { author: 'a' }), await door.post(`${path}/changes/nobody/shadow`, { author: 'a' }), await door.post(`${path}/changes/c1/shadow/end`, { author: 'a' })];
    expect(refusals.map(({ status }) => status)).toEqual([409, 404, 404]);
    expect(Object.keys((await door.get('/docs-json')).body.paths)).toEqual(expect.arrayContaining([`${path}/shadows`, `${path}/changes/{changeId}/shadow`, `${path}/changes/{changeId}/shadow/end`]));
  });

  it('tells how far the business changes its rules itself, and how long that takes', async () => {
    const now = Date.now();
    const live = (changeId: string, version: number, author: string, tookMs: number) => [
      proposed({ point: 'adopted', changeId, author, at: now - tookMs }), published(version, { point: 'adopted', changeId, author, approvedBy: '赵强', at: now })] as const;
    await door.publish(...live('a1', 1, '王芳', 60_000), ...live('a2', 2, 'wecom:LiNa', 120_000), ...live('a3', 3, '路人', 600_000));
    const found = await until('the changes', async () => { const { body } = await door.get(`${path}/adoption?months=1`); return body.liveByUnknown === 1 && body.liveByBusiness >= 1 && body.liveByIt === 1 && body; });
    expect(found).toMatchObject({ hasDirectory: true, unknownAuthors: ['路人'], months: [{ month: expect.stringMatching(/^\d{4}-\d\d$/), liveByIt: 1 }], leadTime: { medianSeconds: 120, p90Seconds: 600 } });
    expect(found.businessShare).toBeCloseTo(found.liveByBusiness / found.live);
    expect((await door.get(`${path}/adoption`)).body.months).toHaveLength(12);
    expect((await door.get(`${path}/adoption?months=0`)).body.errors).toMatchObject([{ parameter: 'months' }]);
  });

  it('says what is wrong with a wish, and is documented', async () => {
    const wrong = await door.post(`${path}/${CREDIT}/changes`, { content: 'x', basedOn: 'yesterday', changeId: 'a b', more: 1 });
    expect([wrong.status, wrong.body.errors.map(({ pointer }: Parsed) => pointer)]).toEqual([400, ['#/content', '#/basedOn', '#/reason', '#/changeId', '#/more']]);
    const endless = await door.post(`${path}/${CREDIT}/changes`, { ...wish, content: { ...other, rules: [{ title: '长'.repeat(200_000) }] } });
    const deep = await door.post(`${path}/${CREDIT}/changes`, `{"content":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}},"basedOn":"${wish.basedOn}","author":"a","reason":"b"}`);
    expect([endless.status, endless.body.errors]).toEqual([400, [{ pointer: '#/content', detail: 'must be at most 500000 bytes of JSON, a rule set' }]]);
    expect([deep.status, deep.body.detail]).toEqual([400, 'the body is nested deeper than 32 levels']);
    expect((await door.post(`${path}/${CREDIT}/rollback`, { version: -1 })).body.errors.map(({ pointer }: Parsed) => pointer)).toEqual(['#/version', '#/reason']);
    expect((await door.post(`${path}/${CREDIT}/simulations`, { content: {}, since: 'x', until: '2026-05-01', author: 'a' })).body.errors).toMatchObject([{ pointer: '#/since' }]);
    const statuses = [await door.post(`${path}/weather/changes`, wish), await door.post(`${path}/changes/nobody/approve`, { decidedBy: 'x' }), await door.get(`${path}/changes/nobody`), await door.get(`${path}/simulations/nobody`)];
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    await door.publish(refused({ changeId: 'ghost', reason: 'unknown-change' }), refused({ changeId: 'c3', reason: 'same' }));
    await shows('c3', 'refused');
    expect((await door.get(`${path}/changes/ghost`)).status).toBe(404);
    expect(Object.keys((await door.get('/docs-json')).body.paths)).toEqual(expect.arrayContaining([`${path}/{point}/changes`, `${path}/changes/{changeId}/approve`, `${path}/simulations/{simulationId}`]));
  });
});
