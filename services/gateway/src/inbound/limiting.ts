import { seconds, type Clock, type Duration } from '@order-mesh/kernel';
import type { NextFunction, Request, Response } from 'express';
import { allowances, type Admittance } from '../domain/allowance.ts';
import { senderOf } from './sender.ts';
import { Problem } from './problem.ts';

export const LIMITING = Symbol('limiting');

export interface RateLimits {
  /** Requests a second from one network address, on the average of two. */
  readonly perAddress: number;
  /** The same under one and the same credentials, wherever they come from. */
  readonly perCaller: number;
  /** Credentials of one network address that may turn out wrong in a minute. */
  readonly wrongSignIns: number;
}

export type Limiting = (request: Request, response: Response, next: NextFunction) => void;

/** What may be saved up: whoever was silent for so long may come with all of it at once. */
const SAVED_UP = seconds(2);
const MINUTE = seconds(60);
const MOST_NAMES = 20_000;
const UNAUTHORIZED = 401;

/**
 * Turns away whoever comes too often, before anything is read of the request, with the moment to come again; and whoever has shown wrong credentials too often,
 * before another is looked at. Two look-ups in memory a request; each process counts for itself.
 */
export function limiting({ perAddress, perCaller, wrongSignIns }: RateLimits, clock: Clock): Limiting {
  const byAddress = allowances(perSecond(perAddress), MOST_NAMES);
  const byCaller = allowances(perSecond(perCaller), MOST_NAMES);
  const guesses = allowances({ perSecond: (wrongSignIns * 1_000) / MINUTE, atOnce: wrongSignIns }, MOST_NAMES);
  return (request, response, next) => {
    if (request.path.startsWith('/health/')) {
      next();
      return;
    }
    const { address, credentials } = senderOf(request);
    const now = clock.now();
    const guessed = guesses.look(address, now);
    if (guessed.type === 'out') {
      next(tooMany(`${wrongSignIns} credentials from your address were wrong within a minute`, guessed.comeAgainIn));
      return;
    }
    const [policy, quota, said] = tighter(
      ['address', perAddress, byAddress.use(address, now)],
      credentials === '' ? null : ['caller', perCaller, byCaller.use(credentials, now)],
    );
    response.setHeader('RateLimit-Policy', `"${policy}";q=${quota};w=1`);
    response.setHeader('RateLimit', `"${policy}";r=${said.type === 'in' ? said.left : 0};t=${said.type === 'in' ? 1 : wholeSeconds(said.comeAgainIn)}`);
    if (said.type === 'out') {
      next(tooMany(policy === 'address' ? `more than ${quota} requests a second come from your address` : `more than ${quota} requests a second come under your credentials`, said.comeAgainIn));
      return;
    }
    response.once('finish', () => { if (response.statusCode === UNAUTHORIZED) guesses.use(address, clock.now()); });
    next();
  };
}

type Counted = readonly [policy: 'address' | 'caller', quota: number, said: Admittance];

/** The one that says more about what is still possible. */
function tighter(address: Counted, caller: Counted | null): Counted {
  if (caller === null || address[2].type === 'out') return address;
  return caller[2].type === 'out' || caller[2].left < address[2].left ? caller : address;
}

const perSecond = (quota: number) => ({ perSecond: quota, atOnce: (quota * SAVED_UP) / 1_000 });
const wholeSeconds = (pause: Duration): number => Math.max(1, Math.ceil(pause / 1_000));

function tooMany(why: string, comeAgainIn: Duration): Problem {
  const retryAfterSeconds = wholeSeconds(comeAgainIn);
  return new Problem('too-many-requests', `${why}; nothing was done, come again in ${retryAfterSeconds} s`, { retryAfterSeconds });
}
