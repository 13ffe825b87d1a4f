import { topics } from '@order-mesh/contracts';
import { hours } from '@order-mesh/kernel';
import { runAlone, type Alone } from '@order-mesh/testing';
import { approvalsService } from '../src/module.ts';
import { decide, request, withdraw } from './scene.ts';

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
