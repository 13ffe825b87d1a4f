import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { roles } from '../domain/permissions.ts';
import { Anybody } from './access.ts';
import { Answers } from './answers.ts';

export const PROTECTED_RESOURCE = Symbol('protectedResource');

/** Who gives tokens for this gateway. */
export interface ProtectedResource {
  readonly issuer: string;
  readonly audience: string;
}

/** How to sign in, for programs that have only the address of this gateway (RFC 9728). */
@ApiTags('signing in')
@Controller('.well-known')
export class ResourceController {
  constructor(@Inject(PROTECTED_RESOURCE) private readonly resource: ProtectedResource) {}

  @Get('oauth-protected-resource')
  @Anybody()
  @ApiOperation({ summary: 'Tell who gives access tokens for this gateway' })
  @Answers(200, 'ProtectedResource', 'Who does.')
  show(): unknown {
    const { issuer, audience } = this.resource;
    return { resource: audience, authorization_servers: [issuer], bearer_methods_supported: ['header'], roles_supported: roles };
  }
}
