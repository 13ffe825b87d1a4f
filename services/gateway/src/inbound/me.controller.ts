import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { may, reachOf } from '../domain/caller.ts';
import { permissions } from '../domain/permissions.ts';
import { AskedBy, SignedIn, type Asker } from './access.ts';
import { Answers } from './answers.ts';

/** Who somebody is here. */
@ApiTags('signing in')
@Controller('v1/me')
export class MeController {
  @Get()
  @SignedIn()
  @ApiOperation({ summary: 'Tell who is signed in, and what they may' })
  @Answers(200, 'Me', 'Who it is.')
  show(@AskedBy() { who }: Asker): unknown {
    const reach = reachOf(who);
    const { customers, regions, sources } = reach === 'everything' ? { customers: [], regions: [], sources: [] } : reach;
    return { name: who.name, kind: who.kind, roles: who.kind === 'person' ? who.roles : [], permissions: permissions.filter((permission) => may(who, permission)), everything: reach === 'everything', customers, regions, sources };
  }
}
