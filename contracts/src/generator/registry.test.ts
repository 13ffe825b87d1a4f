import { readRegistry, registryJson, registrySource, release } from './registry.ts';
import { libraryOf, type Library, type SchemaFile } from './library.ts';
import type { RegisteredSchema } from '../registered.ts';

type Fields = readonly Readonly<Record<string, unknown>>[];

const orderId = { name: 'orderId', type: 'string', doc: 'The order.' };
const amount = { name: 'amount', type: { type: 'long', logicalType: 'fen' }, doc: 'How much.' };
const note = { name: 'note', type: 'string', doc: 'A remark.' };
const noteOrNot = { name: 'note', type: ['null', 'string'], doc: 'A remark, if any.', default: null };

function file(fields: Fields, more: object = {}): SchemaFile {
  const kafka = { topic: 'credit.commands.v1', kind: 'command', key: 'orderId' };
  return { path: 'credit/HoldCredit.avsc', text: JSON.stringify({ type: 'record', name: 'HoldCredit', namespace: 'order_mesh.credit', doc: 'Hold.', kafka, fields, ...more }) };
}

const library = (fields: Fields, more: object = {}): Library => libraryOf([file(fields, more)]);
const released = (...versions: readonly Fields[]): readonly RegisteredSchema[] =>
  versions.reduce<readonly RegisteredSchema[]>((registry, fields) => release(registry, library(fields)), []);
const kind = (symbols: readonly string[], more: object = {}) => ({ name: 'kind', type: { type: 'enum', name: 'Kind', symbols, ...more }, doc: 'Which.' });
const lines = (fields: Fields) => ({ name: 'lines', type: { type: 'array', items: { type: 'record', name: 'Line', doc: 'A line.', fields } }, doc: 'Lines.' });

describe('The registry', () => {
  it('numbers a first release and names its subject after topic and record', () => {
    expect(released([orderId, amount])).toMatchObject([{ id: 1, version: 1, name: 'HoldCredit', subject: 'credit.commands.v1-order_mesh.credit.HoldCredit' }]);
  });

  it('stays as it is when a field is marked as personal, which is said in one way for one name', () => {
    const before = released([orderId, note]);
    expect(release(before, library([orderId, { ...note, personal: 'name' }]))).toEqual(before);
    expect(() => library([orderId, { ...note, personal: 'secret' }])).toThrow('"personal" must be one of name, phone, street, staff');
    const other = { path: 'credit/FreeCredit.avsc', text: file([orderId, { ...note, personal: 'name' }]).text.replace('HoldCredit', 'FreeCredit') };
    expect(() => libraryOf([file([orderId, note]), other])).toThrow('field note of HoldCredit must be marked "personal": "name" as in the other records, or be called otherwise');
  });

  it('stays as it is when only a description changed', () => {
    const before = released([orderId, amount]);
    expect(release(before, library([{ ...orderId, doc: 'In other words.' }, amount], { doc: 'Let them owe.' }))).toEqual(before);
  });

  it('gets a version when a field comes with a default, and when that default changes', () => {
    const versions = released([orderId], [orderId, { ...amount, default: 0 }], [orderId, { ...amount, default: 5 }]);
    expect(versions.map(({ id, version }) => [id, version])).toEqual([[1, 1], [2, 2], [3, 3]]);
  });

  it('lets a field go that always had a default', () => {
    expect(released([orderId, noteOrNot], [orderId])).toHaveLength(2);
  });

  const breaking: readonly (readonly [string, Fields, Fields, string])[] = [
    ['a field is removed', [orderId, amount], [orderId], 'field amount of HoldCredit was removed: older readers need it; give it a default first'],
    ['a field is added without a default', [orderId], [orderId, note], 'field note of HoldCredit was added without a default: messages written before do not have it; give it a default'],
    ['a field is renamed', [orderId, note], [orderId, { ...note, name: 'remark' }], 'field note of HoldCredit was removed'],
    ['a text becomes a number', [orderId, note], [orderId, { ...note, type: 'int' }], 'field note of HoldCredit changed from string to int: no reader takes one for the other; add a new field beside it'],
    ['an int becomes a long', [orderId, { ...note, type: 'int' }], [orderId, { ...note, type: 'long' }], 'changed from int to long'],
    ['fen become a plain number', [orderId, amount], [orderId, { ...amount, type: 'long' }], 'changed from fen to long'],
    ['a field may suddenly be absent', [orderId, note], [orderId, noteOrNot], 'field note of HoldCredit changed from string to string or null'],
    ['a line loses a field', [orderId, lines([note, amount])], [orderId, lines([note])], 'field amount of Line was removed'],
    ['a line gets a field', [orderId, lines([note])], [orderId, lines([note, amount])], 'field amount of Line was added without a default'],
    ['a list becomes one', [orderId, { ...note, type: { type: 'array', items: 'string' } }], [orderId, note], 'changed from a list of string to string'],
    ['an enum gets a symbol that older readers cannot place', [orderId, kind(['A'])], [orderId, kind(['A', 'B'])], 'field kind of HoldCredit got the symbol B: older readers have no default to take it for'],
    ['an enum loses a symbol', [orderId, kind(['A', 'B'])], [orderId, kind(['A'])], 'field kind of HoldCredit lost the symbol B: messages written before may hold it; give the enum a default'],
  ];

  it.each(breaking)('refuses a release where %s', (_what, before, after, told) => {
    const registry = released(before);
    expect(() => release(registry, library(after))).toThrow('CONTRACT_INCOMPATIBLE');
    expect(() => release(registry, library(after))).toThrow(told);
  });

  it('lets an enum grow that older readers have a default for', () => {
    expect(released([orderId, kind(['A'], { default: 'A' })], [orderId, kind(['A', 'B'], { default: 'A' })])).toHaveLength(2);
  });

  it('compares with every version there ever was, not with the last alone', () => {
    const registry = released([orderId, noteOrNot], [orderId]);
    expect(() => release(registry, library([orderId, { ...note, default: '' }]))).toThrow('field note of HoldCredit changed from string or null to string');
  });

  it('refuses to forget a message whose topic may still hold one', () => {
    const registry = released([orderId]);
    const other = file([orderId], { name: 'GrantCredit' });
    expect(() => release(registry, libraryOf([other]))).toThrow('HoldCredit is gone from credit.commands.v1');
  });

  it('survives being written and read', () => {
    const registry = released([orderId, amount], [orderId, amount, noteOrNot]);
    expect(readRegistry(registryJson(registry))).toEqual(registry);
    expect(registrySource(registry)).toContain(`id: 2, subject: 'credit.commands.v1-order_mesh.credit.HoldCredit', version: 2`);
  });

  it('notices that somebody took an entry out', () => {
    const text = registryJson(released([orderId], [orderId, noteOrNot]).slice(1));
    expect(() => readRegistry(text)).toThrow('id 1 is expected where 2 stands');
  });
});

describe('A schema at fault', () => {
  const bad: readonly (readonly [string, SchemaFile, string])[] = [
    ['is no JSON', { path: 'credit/X.avsc', text: '{' }, 'credit/X.avsc is not JSON'],
    ['uses a type outside our part of Avro', file([orderId, { ...note, type: { type: 'map', values: 'string' } }]), 'credit/HoldCredit.avsc: field note: unknown type'],
    ['uses a union of two types', file([orderId, { ...note, type: ['string', 'int'] }]), 'a union must be ["null", something]'],
    ['has a default that does not fit', file([orderId, { ...note, default: 5 }]), 'field note: the default 5 is no string'],
    ['defaults an optional field to its second alternative', file([orderId, { ...noteOrNot, default: '' }]), 'the default "" is no nullable'],
    ['contains a record nobody defines', file([orderId, { ...note, type: 'order_mesh.shared.Lost' }]), 'unknown type order_mesh.shared.Lost'],
    ['contains itself', file([orderId, { ...note, type: 'order_mesh.credit.HoldCredit' }]), 'it contains itself'],
    ['has a field twice', file([orderId, orderId]), 'two fields of one name'],
    ['explains nothing', file([{ name: 'orderId', type: 'string' }]), 'field orderId of HoldCredit has no doc'],
    ['is keyed by what it does not have', file([note]), 'HoldCredit is keyed by orderId, which is no text field of it'],
    ['is a command on a topic of events', file([orderId], { kafka: { topic: 'credit.events.v1', kind: 'command', key: 'orderId' } }), 'must be <context>.commands.v<major>'],
    ['is kept for ever on a topic of commands', file([orderId], { kafka: { topic: 'credit.commands.v1', kind: 'command', key: 'orderId', compacted: true } }), 'credit.commands.v1 is compacted: it must be <context>.<what it keeps>.v<major>'],
    ['is kept for ever perhaps', file([orderId], { kafka: { topic: 'credit.books.v1', kind: 'event', key: 'orderId', compacted: 'yes' } }), 'kafka.compacted must be true or false'],
    ['is answered by an event nobody defines', file([orderId], { kafka: { topic: 'credit.commands.v1', kind: 'command', key: 'orderId', reply: { done: 'Held' } } }), 'HoldCredit names Held, which no schema defines'],
  ];

  it.each(bad)('is refused with its place when it %s', (_what, schema, told) => {
    expect(() => libraryOf([schema])).toThrow(told);
  });
});
