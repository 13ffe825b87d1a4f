import { Catch, Controller, Get, Header, Param, UseFilters, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { registry, type RegisteredSchema } from '@order-mesh/contracts';
import type { Response } from 'express';
import { Needs } from './access.ts';
import { Answers } from './answers.ts';

const JSON_V1 = 'application/vnd.schemaregistry.v1+json';

class RegistryFault extends Error {
  readonly status: 404 | 422;
  readonly code: number;

  constructor(status: 404 | 422, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

@Catch(RegistryFault)
class RegistryFaultFilter implements ExceptionFilter<RegistryFault> {
  catch({ status, code, message }: RegistryFault, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<Response>().status(status).type(JSON_V1).send(JSON.stringify({ error_code: code, message }));
  }
}

const Found = (name: 'Texts' | 'Numbers' | 'Schema' | 'SchemaVersion') => Answers(200, name, 'Found.', JSON_V1);
const Missing = Answers(404, 'RegistryFault', 'Not found: 40401 subject, 40402 version, 40403 schema.', JSON_V1);

/** Our schemas under the read API of Confluent's registry, so that any Kafka tool can decode a topic. */
@ApiTags('schema registry')
@Controller()
@UseFilters(RegistryFaultFilter)
export class RegistryController {
  @Get('schemas/types')
  @Needs('schemas:read')
  @Header('Content-Type', JSON_V1)
  @ApiOperation({ summary: 'List the kinds of schema' })
  @Found('Texts')
  types(): readonly string[] {
    return ['AVRO'];
  }

  @Get('schemas/ids/:id')
  @Needs('schemas:read')
  @Header('Content-Type', JSON_V1)
  @ApiOperation({ summary: 'Give the schema of an id on the wire' })
  @Found('Schema')
  @Missing
  byId(@Param('id') id: string): { readonly schema: string } {
    const found = registry.find((one) => String(one.id) === id);
    if (!found) throw new RegistryFault(404, 40403, `Schema ${id.slice(0, 20)} not found`);
    return { schema: found.schema };
  }

  @Get('subjects')
  @Needs('schemas:read')
  @Header('Content-Type', JSON_V1)
  @ApiOperation({ summary: 'List the subjects' })
  @Found('Texts')
  subjects(): readonly string[] {
    return [...new Set(registry.map(({ subject }) => subject))].sort();
  }

  @Get('subjects/:subject/versions')
  @Needs('schemas:read')
  @Header('Content-Type', JSON_V1)
  @ApiOperation({ summary: 'List the versions of a subject' })
  @Found('Numbers')
  @Missing
  versions(@Param('subject') subject: string): readonly number[] {
    return versionsOf(subject).map(({ version }) => version);
  }

  @Get('subjects/:subject/versions/:version')
  @Needs('schemas:read')
  @Header('Content-Type', JSON_V1)
  @ApiOperation({ summary: 'Give a version of a subject, or the latest' })
  @Found('SchemaVersion')
  @Missing
  @Answers(422, 'RegistryFault', '42202: not a version.', JSON_V1)
  version(@Param('subject') subject: string, @Param('version') version: string): Omit<RegisteredSchema, 'name'> {
    const all = versionsOf(subject);
    const isLatest = version === 'latest' || version === '-1';
    if (!isLatest && !/^[1-9]\d{0,9}$/.test(version)) throw new RegistryFault(422, 42202, "The specified version is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"");
    const found = isLatest ? all.at(-1) : all.find((one) => String(one.version) === version);
    if (!found) throw new RegistryFault(404, 40402, `Version ${version} not found.`);
    return { subject, id: found.id, version: found.version, schema: found.schema };
  }
}

function versionsOf(subject: string): readonly RegisteredSchema[] {
  const found = registry.filter((one) => one.subject === subject).sort((one, other) => one.version - other.version);
  if (found.length === 0) throw new RegistryFault(404, 40401, `Subject '${subject.slice(0, 200)}' not found.`);
  return found;
}
