import { topics } from '@order-mesh/contracts';
import { hours } from '@order-mesh/kernel';
import { runAlone, type Alone } from '@order-mesh/testing';
import { approvalsService } from '../src/module.ts';
import { decide, delegate, request, withdraw } from './scene.ts';

let approvals: Alone;

beforeAll(async () => { approvals = await runAlone(approvalsService, [topics.approvalsEvents]); }, 90_000);
afterAll(async () => { await approvals?.stop(); }, 60_000);

it('takes questions from Kafka, hears a person, and lets the clock answer for who stays silent', async () => {
  const deadline = Date.now() + hours(1);
  await approvals.publish(request('O1', { deadline }), request('O2', { deadline }), request('O3', { deadline: Date.now() }));
  expect(await approvals.heard(4)).toEqual(['O1 ApprovalRequested', 'O2 ApprovalRequested', 'O3 ApprovalDenied', 'O3 ApprovalRequested']);

  await approvals.publish(decide('O1', 'granted', { decidedAt: Date.now() }), withdraw('O2'), decide('O3', 'granted', { decidedAt: Date.now() }));
  expect(await approvals.heard(3)).toEqual(['O1 ApprovalGranted', 'O2 ApprovalWithdrawn', 'O3 DecisionIgnored']);
}, 60_000);

describe('with a directory of people', () => {
  const people = [{ name: 'Li Na', aliases: ['wecom:LiNa'], roles: ['regional-manager'], regions: ['East'], upToYuan: 5_000 }, { name: 'Han Meimei', roles: ['assistant'] }];
  let strict: Alone;

  beforeAll(async () => { strict = await runAlone(approvalsService, [topics.approvalsEvents, topics.delegationsEvents], { APPROVALS_PEOPLE: JSON.stringify(people) }); }, 90_000);
  afterAll(async () => { await strict?.stop(); }, 60_000);

  it('takes a decision of a deputy, and of nobody else', async () => {
    const now = Date.now();
    await strict.publish(delegate('D1', { since: now, until: now + hours(1), requestedAt: now }));
    expect(await strict.heard(1)).toEqual(['D1 DelegationChanged']);
    await strict.publish(request('O1', { deadline: now + hours(1) }));
    await strict.publish(decide('O1', 'granted', { decidedAt: now + 1 }), decide('O1', 'granted', { decidedBy: 'Han Meimei', decidedAt: now + 1 }));
    expect(await strict.heard(3)).toEqual(['O1 ApprovalGranted', 'O1 ApprovalRequested', 'O1 DecisionIgnored']);
  }, 60_000);

  it('does not start with one that nobody can read, and says what is wrong', async () => {
    await expect(runAlone(approvalsService, [], { APPROVALS_PEOPLE: '[{"name": "Li Na"}]', APPROVALS_HOLIDAYS: '[]' })).rejects.toThrow(/APPROVALS_HOLIDAYS_FILE must name a file .*APPROVALS_PEOPLE_FILE must list people .*0\.roles/);
  }, 90_000);
});
