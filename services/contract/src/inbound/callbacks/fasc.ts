import { timingSafeEqual } from 'node:crypto';
import { jsonIn } from '@order-mesh/outbound';
import { fascSignature } from '../../outbound/fasc/signature.ts';
import { isTimely, secretsIn, textIn, WRONG_SIGNATURE, WRONG_TIME, type CallbackProtocol, type CallbackRequest, type CallbackSecrets } from './callback.ts';

const ENDS_A_FLOW = new Set(['sign-task-finished', 'sign-task-sign-rejected', 'sign-task-canceled', 'sign-task-expire', 'sign-task-abolish']);
const SIGNED = 'sign-task-signed';
const FINISHED = 'task_finished';
const SIGNED_HEADERS = ['X-FASC-App-Id', 'X-FASC-Sign-Type', 'X-FASC-Timestamp', 'X-FASC-Nonce', 'X-FASC-Event'];

/**
 * 法大大's callbacks: a form, signed as calls are; one not answered 200 with "success" within 3 s comes again after 3 min, 30 min and 8 h. Whether with its first
 * stamp is not documented, so a genuine one that is old is answered like one that was heard: told again it would only be older, and the flow is looked at anyway.
 */
export function fascCallbacks({ appId, ...keys }: { readonly appId: string } & CallbackSecrets): CallbackProtocol {
  const secrets = secretsIn(keys);
  return {
    taken: { msg: 'success' },
    notTaken: (why) => ({ msg: why }),
    read(request, now) {
      const bizContent = new URLSearchParams(request.body.toString('utf8')).get('bizContent') ?? '';
      const signature = request.header('x-fasc-sign');
      if (request.header('x-fasc-app-id') !== appId || !secrets.some((secret) => isSigned(request, bizContent, secret))) return { type: 'not-believed', why: WRONG_SIGNATURE };
      if (!isTimely(request.header('x-fasc-timestamp'), now)) return { type: 'too-late', why: WRONG_TIME };
      const notice = jsonIn(bizContent);
      const signFlowId = textIn(notice, 'signTaskId');
      if (!signFlowId || !endsAFlow(request.header('x-fasc-event'), notice)) return { type: 'beside-the-point' };
      return { type: 'flow-moved', heard: { signFlowId, stamp: request.header('x-fasc-nonce') }, proof: signature };
    },
  };
}

// The last signature of some tasks is told, and their end is not
function endsAFlow(event: string, notice: unknown): boolean {
  return ENDS_A_FLOW.has(event) || (event === SIGNED && textIn(notice, 'signTaskStatus') === FINISHED);
}

function isSigned({ header }: CallbackRequest, bizContent: string, appSecret: string): boolean {
  const signed = Object.fromEntries(SIGNED_HEADERS.map((name) => [name, header(name.toLowerCase())]));
  const wanted = Buffer.from(fascSignature({ ...signed, bizContent }, header('x-fasc-timestamp'), appSecret));
  const given = Buffer.from(header('x-fasc-sign'));
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
