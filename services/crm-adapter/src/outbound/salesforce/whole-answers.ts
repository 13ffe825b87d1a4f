import { Agent, type Dispatcher } from 'undici';
import { MeshError, type Duration } from '@order-mesh/kernel';

/** A page of a query has 2,000 records at most. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Gives answers of Salesforce only once they are whole, not too large and not too late: jsforce pipes a body without listening for its end, so one that breaks off in the middle
 * would end our process. Follows no redirect, which jsforce would with our token. Asks for answers that are not packed, since what is small on the way may be without end here.
 */
export function wholeAnswers(within: Duration): Dispatcher {
  return new Agent({ connect: { allowH2: false }, maxResponseSize: MOST_BYTES })
    .compose((dispatch) => (options, handler) => dispatch({ ...options, headers: { ...Object(options.headers), 'accept-encoding': 'identity' } }, whole(handler, within)));
}

function whole(handler: Dispatcher.DispatchHandler, within: Duration): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  let start = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  return {
    onRequestStart(controller, context) {
      timer = setTimeout(() => { controller.abort(new MeshError('TIMED_OUT', { advice: `Salesforce did not answer within ${within} ms` })); }, within);
      handler.onRequestStart?.(controller, context);
    },
    onRequestUpgrade: (...upgrade) => handler.onRequestUpgrade?.(...upgrade),
    onResponseStart(controller, status, headers, message) {
      const packed = headers['content-encoding'];
      if (status < 200) handler.onResponseStart?.(controller, status, headers, message);
      else if (status < 400 && status >= 300) controller.abort(new MeshError('PARTNER_BROKEN', { advice: 'Salesforce sends us elsewhere; check SALESFORCE_URL' }));
      else if (packed !== undefined && packed !== 'identity') controller.abort(new MeshError('PARTNER_BROKEN', { advice: 'Salesforce packed an answer that was not to be' }));
      else start = () => handler.onResponseStart?.(controller, status, headers, message);
    },
    onResponseData(_controller, chunk) {
      // its memory is used again for what comes next
      chunks.push(Buffer.from(chunk));
    },
    onResponseEnd(controller, trailers) {
      clearTimeout(timer);
      start();
      if (chunks.length > 0) handler.onResponseData?.(controller, Buffer.concat(chunks));
      handler.onResponseEnd?.(controller, trailers);
    },
    onResponseError(controller, error) {
      clearTimeout(timer);
      handler.onResponseError?.(controller, error);
    },
  };
}
