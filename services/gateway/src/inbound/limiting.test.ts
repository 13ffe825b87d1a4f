import { EventEmitter } from 'node:events';
import { settableClock } from '@order-mesh/kernel';
import type { NextFunction, Request, Response } from 'express';
import { limiting, type RateLimits } from './limiting.ts';
import { Problem } from './problem.ts';

const LIMITS: RateLimits = { perAddress: 4, perCaller: 2, wrongSignIns: 3 };

interface Asked {
  readonly ip?: string;
  readonly token?: string;
  readonly path?: string;
  /** With which it is answered once it is let through. */
  readonly status?: number;
}

function door(limits: RateLimits = LIMITS) {
  const clock = settableClock(1_767_225_600_000);
  const limit = limiting(limits, clock);
  return {
    clock,
    ask({ ip = '10.0.0.1', token, path = '/v1/orders', status = 200 }: Asked = {}) {
      const headers: Record<string, string> = {};
      const response = Object.assign(new EventEmitter(), { statusCode: 200, setHeader: (name: string, value: string) => { headers[name] = value; } });
      let refusal: unknown = 'not decided';
      const next: NextFunction = (error) => { refusal = error; };
      // as much of a request as is looked at
      limit({ ip, path, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } } as unknown as Request, response as unknown as Response, next);
      if (refusal !== undefined && !(refusal instanceof Problem)) throw refusal;
      if (refusal === undefined) {
        response.statusCode = status;
        response.emit('finish');
      }
      return { headers, refused: refusal ? [refusal.code, refusal.retryAfterSeconds, refusal.detail] : null };
    },
  };
}

const times = <Result>(count: number, work: () => Result): readonly Result[] => Array.from({ length: count }, work);

describe('S17: a burst of requests', () => {
  it('from one address is let in up to twice its limit of a second, and then told when to come again', () => {
    const { ask, clock } = door();
    const burst = times(9, () => ask());
    expect(burst.map(({ refused }) => refused === null)).toEqual([...times(8, () => true), false]);
    expect(burst[0]?.headers).toEqual({ 'RateLimit-Policy': '"address";q=4;w=1', RateLimit: '"address";r=7;t=1' });
    expect(burst[8]).toEqual({
      headers: { 'RateLimit-Policy': '"address";q=4;w=1', RateLimit: '"address";r=0;t=1' },
      refused: ['too-many-requests', 1, 'more than 4 requests a second come from your address; nothing was done, come again in 1 s'],
    });
    clock.advance(1_000);
    expect(times(5, () => ask().refused === null)).toEqual([true, true, true, true, false]);
  });

  it('does not keep others out', () => {
    const { ask } = door();
    times(20, () => ask());
    expect(ask({ ip: '10.0.0.2' }).refused).toBeNull();
  });

  it('under one set of credentials is counted over all addresses that it comes from', () => {
    const { ask } = door();
    const asked = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'].map((ip) => ask({ ip, token: 'shop' }));
    expect(asked.map(({ refused }) => refused?.[2] ?? null)).toEqual([null, null, null, null, 'more than 2 requests a second come under your credentials; nothing was done, come again in 1 s']);
    expect(asked[0]?.headers).toEqual({ 'RateLimit-Policy': '"caller";q=2;w=1', RateLimit: '"caller";r=3;t=1' });
    expect(ask({ ip: '10.0.0.1', token: 'another' }).refused).toBeNull();
  });

  it('gains nothing by other credentials each time', () => {
    const { ask } = door();
    let count = 0;
    expect(times(9, () => ask({ token: `made-up-${count++}` }).refused === null)).toEqual([...times(8, () => true), false]);
  });

  it('of wrong credentials is cut off after three in a minute, before another is looked at', () => {
    const { ask, clock } = door({ ...LIMITS, perAddress: 1_000 });
    expect(times(3, () => ask({ token: 'guess', status: 401 }).refused)).toEqual([null, null, null]);
    expect(ask({ token: 'good' }).refused).toEqual(['too-many-requests', 20, '3 credentials from your address were wrong within a minute; nothing was done, come again in 20 s']);
    expect(ask({ ip: '10.0.0.2', token: 'good' }).refused).toBeNull();
    clock.advance(20_000);
    expect(ask({ token: 'good' }).refused).toBeNull();
  });

  it('of an upstream system that places 3,000 orders a second is let in as it comes, by the usual limits', () => {
    const { ask, clock } = door({ perAddress: 10_000, perCaller: 5_000, wrongSignIns: 60 });
    for (let second = 0; second < 5; second += 1) {
      expect(times(3_000, () => ask({ token: 'shop' }).refused).filter((refused) => refused !== null)).toEqual([]);
      clock.advance(1_000);
    }
  });

  it('is not counted where a machine asks whether we are well', () => {
    const { ask } = door();
    expect(times(50, () => ask({ path: '/health/ready' })).filter(({ headers, refused }) => refused !== null || Object.keys(headers).length > 0)).toEqual([]);
  });
});
