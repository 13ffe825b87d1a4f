import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSchemaFiles } from '../src/generator/files.ts';
import { outputsOf, REGISTRY } from '../src/generator/outputs.ts';
import { contracts, registry, shapeOf, topics } from '../src/index.ts';
import { canonicalText } from '../src/generator/avro.ts';

const project = join(import.meta.dirname, '../..');
const committed = (path: string): string => readFileSync(join(project, path), 'utf8');

describe('What is generated from the schemas', () => {
  it('is what is committed', () => {
    for (const { path, text } of outputsOf(readSchemaFiles(join(project, 'contracts')), committed(REGISTRY))) {
      expect([path, committed(path) === text]).toEqual([path, true]);
    }
  });

  it('says nothing new when it is generated again', () => {
    const [file, ...outputs] = outputsOf(readSchemaFiles(join(project, 'contracts')), committed(REGISTRY));
    expect(outputsOf(readSchemaFiles(join(project, 'contracts')), file?.text ?? '')).toEqual([file, ...outputs]);
  });

  it('keeps each released schema in the one form that decides about change', () => {
    for (const { name, schema } of registry) expect(canonicalText(shapeOf(schema, name))).toBe(schema);
  });

  it('is an AsyncAPI 3 document without a single complaint', () => {
    const answer = execFileSync(process.execPath, [join(import.meta.dirname, 'asyncapi-complaints.mjs')], { encoding: 'utf8', timeout: 30_000 });
    expect(JSON.parse(answer)).toEqual({
      complaints: [], channels: Object.keys(topics).length, messages: Object.keys(contracts).length, answersToHoldCredit: ['CreditHeld', 'CreditRefused'],
    });
  }, 30_000);

  it('is checked by a command that says what is stale', () => {
    const check = spawnSync(process.execPath, [join(project, 'contracts/bin/contracts.mjs'), '--check'], { encoding: 'utf8', timeout: 30_000 });
    expect([check.status, check.stderr]).toEqual([0, '']);
    expect(check.stdout).toContain('every version reads every other');
  }, 30_000);
});
