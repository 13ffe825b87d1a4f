import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Counts, Log, Metrics } from '@order-mesh/platform';
import type { Request, Response } from 'express';
import { gatewayMeasures } from '../measures.ts';
import { challengeOf, problemBody, problemOf, problems, retryAfter } from './problem.ts';
import { CORRELATION, correlationOf } from './correlation.ts';

/** Answers every error of every route as problem+json (RFC 9457). What we refuse is logged and counted by its kind; what is our fault is logged with its cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log: Log;
  readonly #refused: Counts<typeof gatewayMeasures.refused>;

  constructor({ log, metrics }: { readonly log: Log; readonly metrics: Metrics }) {
    this.#log = log;
    this.#refused = metrics.counter(gatewayMeasures.refused);
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const problem = problemOf(error);
    const { status } = problems[problem.code];
    const request = http.getRequest<Request>();
    const about = { method: request.method, path: request.path, status, ...correlationOf(request) };
    if (status >= 500 && !hasLeft(error)) this.#log.error('a request failed', { ...about, error: problem.cause ?? error });
    if (status < 500) this.#log.info('a request was refused', { ...about, problem: problem.code, detail: problem.detail });
    this.#refused.add({ problem: problem.code });
    if (response.headersSent) {
      // half an answer must not look like a whole one
      response.destroy();
      return;
    }
    if (status === 401) response.setHeader('WWW-Authenticate', challengeOf(problem));
    const wait = retryAfter(problem);
    if (wait !== null) response.setHeader('Retry-After', String(wait));
    response.setHeader(CORRELATION, about.correlationId);
    response.status(status).type('application/problem+json').send(JSON.stringify(problemBody(problem, about.correlationId)));
  }
}

/** The client closed the connection in the middle of its answer. */
function hasLeft(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
