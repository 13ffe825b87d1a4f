import { createHmac } from 'node:crypto';
import { minutes } from '@order-mesh/kernel';
import { readCallback } from './callback.ts';

const NOW = 1_767_225_600_000;
const SECRET = 'demo';
const NOTICE = { action: 'SIGN_FLOW_COMPLETE', signFlowId: 'F1', signFlowStatus: '2' };

function callback({ notice = NOTICE as object, at = NOW, secret = SECRET, query = 'b=2&a=1', signedQueryValues = '12' } = {}) {
  const body = Buffer.from(JSON.stringify(notice));
  const signature = createHmac('sha256', secret).update(`${at}${signedQueryValues}`).update(body).digest('hex');
  return { timestamp: String(at), signature, query, body };
}

describe('a callback of the signing provider', () => {
  it('says which flow moved, and is not asked how', () => {
    expect(readCallback(callback(), SECRET, NOW)).toEqual({ type: 'flow-moved', heard: { signFlowId: 'F1', stamp: String(NOW) } });
  });

  it('is not believed when one byte, its stamp or its query was changed', () => {
    const good = callback();
    const bad = [
      { ...good, body: Buffer.from(good.body.toString().replace('F1', 'F2')) },
      { ...good, timestamp: String(NOW + 1) },
      { ...good, query: 'a=1&b=3' },
      { ...good, signature: `00${good.signature.slice(2)}` },
      { ...good, signature: '' },
      callback({ secret: 'guessed' }),
    ];
    for (const one of bad) expect(readCallback(one, SECRET, NOW)).toEqual({ type: 'not-believed', why: 'its signature does not fit' });
  });

  it('is not believed when it is older than five minutes, or from the future', () => {
    for (const at of [NOW - minutes(5) - 1, NOW + minutes(5) + 1]) expect(readCallback(callback({ at }), SECRET, NOW).type).toBe('not-believed');
    expect(readCallback(callback({ at: NOW - minutes(5) }), SECRET, NOW).type).toBe('flow-moved');
    expect(readCallback({ ...callback(), timestamp: 'soon' }, SECRET, NOW).type).toBe('not-believed');
  });

  it('is beside the point when it ends no flow, or is no notice at all', () => {
    for (const notice of [{ action: 'SIGN_MISSON_COMPLETE', signFlowId: 'F1' }, { action: 'SIGN_FLOW_COMPLETE' }, 'hello']) {
      expect(readCallback(callback({ notice: Object(notice) }), SECRET, NOW)).toEqual({ type: 'beside-the-point' });
    }
  });
});
