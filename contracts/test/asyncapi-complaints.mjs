// Prints what the AsyncAPI parser has against docs/asyncapi.yaml, as JSON. A process of its own: jest cannot load the parser's dependencies.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import avro from 'avsc';

const parser = new Parser();
// The parser knows no Avro by itself: avsc says whether a payload is valid.
parser.registerSchemaParser({
  getMimeTypes: () => ['application/vnd.apache.avro;version=1.9.0'],
  validate: ({ data }) => {
    avro.Type.forSchema(JSON.parse(JSON.stringify(data)));
    return [];
  },
  parse: () => ({ type: 'object' }),
});
const { document, diagnostics } = await parser.parse(readFileSync(join(import.meta.dirname, '../../docs/asyncapi.yaml'), 'utf8'));
// 0 is an error, 1 a warning; below that is advice, such as to ask for 3.1, which fewer tools read.
const faults = diagnostics.filter(({ severity }) => severity <= 1);
process.stdout.write(JSON.stringify({
  complaints: faults.map(({ code, message, path }) => `${code} ${path.join('.')}: ${message}`),
  channels: document?.channels().all().length,
  messages: document?.components().messages().all().length,
  answersToHoldCredit: document?.operations().get('askHoldCredit')?.reply()?.messages().all().map((message) => message.name()),
}));
