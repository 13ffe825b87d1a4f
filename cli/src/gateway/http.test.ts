import { seconds, type Duration } from '@order-mesh/kernel';
import { patiently } from './http.ts';

const refusal = (retryAfter: string): Response => new Response('{}', { status: 429, headers: { 'retry-after': retryAfter } });

async function asked(...answers: readonly Response[]) {
  const left = [...answers];
  const waits: Duration[] = [];
  const response = await patiently(async () => left.shift() ?? new Response('ok'), async (length) => { waits.push(length); });
  return { status: response.status, waits };
}

describe('a refusal that says when to come again', () => {
  it('is waited out, as often as it comes', async () => {
    expect(await asked(refusal('2'), refusal('3'))).toEqual({ status: 200, waits: [seconds(2), seconds(3)] });
  });

  it('is the answer once it would take more than a minute', async () => {
    expect(await asked(refusal('40'), refusal('30'))).toEqual({ status: 429, waits: [seconds(40)] });
  });

  it('is the answer when it says nothing, and other answers are never waited out', async () => {
    expect(await asked(new Response('{}', { status: 429 }))).toEqual({ status: 429, waits: [] });
    expect(await asked(new Response('{}', { status: 503, headers: { 'retry-after': '1' } }))).toEqual({ status: 503, waits: [] });
  });
});
