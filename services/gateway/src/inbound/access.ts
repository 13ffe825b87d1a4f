import { applyDecorators, createParamDecorator, Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiExtension, ApiResponse } from '@nestjs/swagger';
import type { Trace } from '@order-mesh/messaging';
import type { Request } from 'express';
import { isWithin, may, reachOf, whyNot, type Belonging, type Caller } from '../domain/caller.ts';
import { grants, rolesWith, type Permission } from '../domain/permissions.ts';
import { ref } from './answers.ts';
import { Problem } from './problem.ts';
import { callerOf } from './signing-in.ts';
import { traceFrom } from './writes.ts';

const PERMISSION = 'permission';
const ANYBODY = 'anybody';
const SIGNED_IN = 'signed-in';

/** Names what somebody must be allowed for this route. A route that names nothing is open to nobody. */
export const Needs = (permission: Permission): MethodDecorator => applyDecorators(
  SetMetadata(PERMISSION, permission),
  ApiExtension('x-permission', permission),
  ApiBearerAuth(),
  refused(401, 'Nobody is signed in (not-signed-in), or the token is not taken (invalid-token)'),
  refused(403, `Not allowed (forbidden); needs ${permission}: ${[...rolesWith(permission), ...('systems' in grants[permission] ? ['systems with that scope'] : [])].join(', ')}`),
);

/** Says that anybody may, without signing in. The path must be one of those that `signing-in.ts` lets through, too. */
export const Anybody = (): MethodDecorator => SetMetadata(PERMISSION, ANYBODY);

/** Says that whoever is signed in may. */
export const SignedIn = (): MethodDecorator => applyDecorators(
  SetMetadata(PERMISSION, SIGNED_IN), ApiBearerAuth(), refused(401, 'Nobody is signed in (not-signed-in), or the token is not taken (invalid-token)'),
);

const refused = (status: number, description: string): MethodDecorator => ApiResponse({ status, description, content: { 'application/problem+json': { schema: ref('Problem') } } });

/** Who asks, and the trace that the request belongs to. */
export interface Asker {
  readonly who: Caller;
  readonly trace: Trace;
}

/** Gives a route who asks; only routes that need a permission have one. */
export const AskedBy = createParamDecorator((_: unknown, context: ExecutionContext): Asker => {
  const request = context.switchToHttp().getRequest<Request>();
  const who = callerOf(request);
  if (!who) throw new Problem('not-signed-in', 'sign in first');
  const { traceparent } = request.headers;
  return { who, trace: traceFrom(typeof traceparent === 'string' ? traceparent : undefined) };
});

/** Lets somebody do what a role allows, and nothing else. */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #reflector = new Reflector();

  canActivate(context: ExecutionContext): boolean {
    // messages of other services come from Kafka, whose own access rules hold there
    if (context.getType() !== 'http') return true;
    const needed = this.#reflector.get<Permission | typeof ANYBODY | typeof SIGNED_IN | undefined>(PERMISSION, context.getHandler());
    if (needed === ANYBODY) return true;
    if (needed === undefined) throw new Problem('forbidden', 'this route names no permission, so nobody may use it');
    const caller = callerOf(context.switchToHttp().getRequest<Request>());
    if (!caller) throw new Problem('not-signed-in', 'sign in first');
    if (needed !== SIGNED_IN && !may(caller, needed)) throw new Problem('forbidden', whyNot(caller, needed));
    return true;
  }
}

/** Under which name something is done: always the caller's own. A body may repeat it, and names nobody else. */
export function signerOf({ who }: Asker, told: string | undefined): string {
  if (told !== undefined && told !== who.name) throw new Problem('forbidden', `you are signed in as ${who.name}, and cannot act as ${told.slice(0, 100)}; leave the name out`);
  return who.name;
}

/** What is somebody else's is not known to whoever has nothing to do with it. */
export const isTheirs = (who: Caller, one: Belonging): boolean => isWithin(reachOf(who), one);
