import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { ImportItem } from '../domain/import-view.ts';
import type { ImportReader } from '../usecases/ports.ts';
import type { AskImport, ImportAsked, StartImports } from '../usecases/work-on-import.ts';
import { AskedBy, Needs, signerOf, type Asker } from './access.ts';
import { Answers, AsksForPage, Refuses, Takes } from './answers.ts';
import { cursorOf } from './cursor.ts';
import { importBody, importsQuery, startImportBody } from './import-requests.ts';
import { Problem } from './problem.ts';
import { readBody, readQuery } from './reading.ts';
import { WRITES, type Writes } from './writes.ts';

export const IMPORT_DESK = Symbol('importDesk');

/** What is done about imports. */
export interface ImportDesk {
  readonly reader: ImportReader;
  readonly start: StartImports;
  readonly stop: AskImport;
  readonly resume: AskImport;
}

/** First loads: the orders that stand in a system already. */
@ApiTags('imports')
@Controller('v1/imports')
export class ImportsController {
  constructor(@Inject(WRITES) private readonly writes: Writes, @Inject(IMPORT_DESK) private readonly desk: ImportDesk) {}

  @Post()
  @Needs('imports:run')
  @HttpCode(202)
  @ApiOperation({ summary: 'Take on the orders that stand in a system already', description: 'One import at a time. Orders that are known are passed over, and new orders come in meanwhile.' })
  @Takes('StartImport', { system: 'salesforce', since: '2026-01-01' })
  @Answers(202, 'Import', 'Asked for; the import shows how far it is.')
  @Refuses('invalid-request', 'import-not-now', 'not-json', 'overloaded')
  async start(@AskedBy() asker: Asker, @Body() body: unknown, @Res({ passthrough: true }) response: Response): Promise<ImportItem> {
    const { since, requestedBy, ...wish } = readBody(startImportBody, body, 'invalid-request');
    const importId = randomUUID();
    const item = itemIn(importId, await this.writes.inBatch((unit) => this.desk.start({ ...wish, requestedBy: signerOf(asker, requestedBy), importId, since: since?.at ?? null, trace: asker.trace }, unit)));
    response.set('Location', `/v1/imports/${importId}`);
    return item;
  }

  @Get()
  @Needs('imports:read')
  @ApiOperation({ summary: 'List imports, newest first' })
  @AsksForPage()
  @Answers(200, 'ImportPage', 'A page of imports.')
  @Refuses('invalid-request')
  async list(@Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { limit, cursor } = readQuery(importsQuery, query);
    const items = await this.desk.reader.imports({ limit: limit + 1, ...(cursor && { after: cursor }) });
    const page = items.slice(0, limit);
    const last = page.at(-1);
    return { items: page, nextCursor: items.length > limit && last ? cursorOf({ at: Date.parse(last.startedAt), id: last.importId }) : null };
  }

  @Get(':importId')
  @Needs('imports:read')
  @ApiOperation({ summary: 'Show how far an import is' })
  @Answers(200, 'Import', 'The import.')
  @Refuses('unknown-import')
  async show(@Param('importId') importId: string): Promise<ImportItem> {
    const found = known(importId) ? await this.desk.reader.import(importId) : null;
    if (!found) throw unknownImport(importId);
    return found;
  }

  @Post(':importId/stop')
  @Needs('imports:run')
  @HttpCode(202)
  @ApiOperation({ summary: 'Have it stop after the orders at hand; it keeps its place' })
  @Takes('AskImport', {})
  @Answers(202, 'Import', 'Asked for; the import shows when it has stopped.')
  @Refuses('invalid-request', 'unknown-import', 'import-not-now', 'not-json', 'overloaded')
  stop(@Param('importId') importId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<ImportItem> {
    return this.ask(this.desk.stop, { importId, asker, body });
  }

  @Post(':importId/resume')
  @Needs('imports:run')
  @HttpCode(202)
  @ApiOperation({ summary: 'Have it go on where it stopped or failed' })
  @Takes('AskImport', {})
  @Answers(202, 'Import', 'Asked for; the import shows when it goes on.')
  @Refuses('invalid-request', 'unknown-import', 'import-not-now', 'not-json', 'overloaded')
  resume(@Param('importId') importId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<ImportItem> {
    return this.ask(this.desk.resume, { importId, asker, body });
  }

  private async ask(ask: AskImport, { importId, asker, body }: { readonly importId: string; readonly asker: Asker; readonly body: unknown }): Promise<ImportItem> {
    const { requestedBy } = readBody(importBody, body, 'invalid-request');
    if (!known(importId)) throw unknownImport(importId);
    const wish = { importId, requestedBy: signerOf(asker, requestedBy), requestId: randomUUID(), trace: asker.trace };
    return itemIn(importId, await this.writes.inBatch((unit) => ask(wish, unit)));
  }
}

function itemIn(importId: string, asked: ImportAsked): ImportItem {
  if (asked.type === 'unknown') throw unknownImport(importId);
  if (asked.type === 'not-now') throw new Problem('import-not-now', asked.why);
  return asked.item;
}

const known = (importId: string): boolean => importId.length <= 100 && !importId.includes('\0');

const unknownImport = (importId: string): Problem => new Problem('unknown-import', `no import ${importId.slice(0, 100)} is known here`);
