import { jsonIn } from '@order-mesh/outbound';
import { isFromProvider } from '../../outbound/esign/signature.ts';
import { isTimely, secretsIn, textIn, WRONG_SIGNATURE, WRONG_TIME, type CallbackProtocol, type CallbackSecrets } from './callback.ts';

const ENDS_A_FLOW = new Set(['SIGN_FLOW_COMPLETE', 'SIGN_FILE_RESCINDED']);

/** e签宝's callbacks: signed over stamp, query values and raw body, each attempt stamped anew; one not answered 200 within 5 s comes again. */
export function esignCallbacks(keys: CallbackSecrets): CallbackProtocol {
  const secrets = secretsIn(keys);
  return {
    taken: { code: '200', msg: 'success' },
    notTaken: (why) => ({ code: '401', msg: why }),
    read({ header, query, body }, now) {
      const [timestamp, signature] = [header('x-tsign-open-timestamp'), header('x-tsign-open-signature')];
      if (!isTimely(timestamp, now)) return { type: 'not-believed', why: WRONG_TIME };
      if (!secrets.some((secret) => isFromProvider({ timestamp, signature, query, body }, secret))) return { type: 'not-believed', why: WRONG_SIGNATURE };
      const notice = jsonIn(body.toString('utf8'));
      const signFlowId = textIn(notice, 'signFlowId');
      if (!signFlowId || !ENDS_A_FLOW.has(textIn(notice, 'action') ?? '')) return { type: 'beside-the-point' };
      return { type: 'flow-moved', heard: { signFlowId, stamp: timestamp }, proof: signature.toLowerCase() };
    },
  };
}
