import { textOf, type CallResult } from '@order-mesh/outbound';
import type { MessageOperations, MessageRequest } from '../message-desk.ts';
import type { WecomClient } from './client.ts';

/** WeCom holds a message back that it delivered within so many seconds: sent again after a lost answer, people get it once. */
const NO_COPY_WITHIN_SECONDS = 14_400;

/** Messages of the application `agentId`. */
export function wecomMessages(agentId: number, client: WecomClient): MessageOperations {
  return {
    send: { kind: 'repeatable', perform: ([call], signal) => (call ? send(call.request, signal).then((result) => [result]) : Promise.resolve([])) },
  };

  async function send({ users, parties, text }: MessageRequest, signal: AbortSignal): Promise<CallResult<MessageAnswer>> {
    const answer = await client.post('/message/send', {
      touser: users.join('|'), toparty: parties.join('|'), msgtype: 'text', agentid: agentId, text: { content: text }, safe: 0,
      enable_duplicate_check: 1, duplicate_check_interval: NO_COPY_WITHIN_SECONDS,
    }, signal);
    if (answer.type === 'no') return { type: 'refused', reason: 'refused-by-wecom', detail: `${answer.code} ${answer.message}` };
    return answer.type === 'data' ? { type: 'answered', answer: { notReached: textOf(answer.data, 'invaliduser') } } : answer;
  }
}

type MessageAnswer = { readonly notReached: string };
