import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { MeshError } from '@order-mesh/kernel';
import { allLetters, redrive } from '../dlq/redrive.ts';
import { letterClasses, letterStatuses, openLetterDesk, type Letter, type LetterDesk, type LetterQuery, type LetterStatus } from '../gateway/dead-letters.ts';
import { exitCodes } from '../failure.ts';
import { letterLines, letterStory, redrivenLines } from '../show/dead-letters.ts';
import { print } from '../show/print.ts';
import { addGatewayOptions, gatewayUrl, momentOf, sessionOf, wholeNumber, type GatewayFlags } from './options.ts';

interface FilterFlags extends GatewayFlags {
  readonly service?: string;
  readonly topic?: string;
  readonly class?: string;
  readonly order?: string;
  readonly original?: string;
  readonly since?: string;
  readonly q?: string;
}

interface ActFlags extends FilterFlags {
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

const EXAMPLES = `
Examples:
  mesh dlq list --since 2h --class undecodable
  mesh dlq show 17
  mesh dlq edit 17 --value '{"reason":"ordered twice"}' --note "the end was missing"
  mesh dlq replay 18 19
  mesh dlq replay --service credit --class refused-by-handler --rate 10/s --dry-run
  mesh dlq drop --topic crm.events.v1 --q "<html" --reason "a scanner, no message of ours"

Nothing is ever deleted. An edit is a copy. A letter is called settled only when its service has taken it.`;

/** `mesh dlq`: what a service could not take, to be repaired and sent again. */
export function addDlq(program: Command, finish: (code: number) => void): void {
  const dlq = program.command('dlq').description('see what could not be processed, repair it, send it again').addHelpText('after', EXAMPLES);
  addList(dlq);
  addShow(dlq);
  addEdit(dlq);
  addReplay(dlq, finish);
  addDrop(dlq);
}

function addList(dlq: Command): void {
  const list = dlq.command('list').description('what waits for a person, newest first')
    .addOption(new Option('--status <status>', 'those of another status; "any" for all').choices([...letterStatuses, 'any']).default('open'))
    .option('--limit <count>', 'how many, at most 200', wholeNumber, 50)
    .option('--cursor <cursor>', 'the page after another one; its end tells the cursor');
  addFilters(addGatewayOptions(list)).action(async ({ status, limit, cursor, json, ...flags }: FilterFlags & { readonly status: LetterStatus | 'any'; readonly limit: number; readonly cursor?: string }) => {
    const page = await deskOf(flags).list({ ...filterOf(flags), limit, ...(status !== 'any' && { status }), ...(cursor && { cursor }) });
    print(json, page, () => [...letterLines(page.items), ...(page.nextCursor === null ? [] : [`more: --cursor ${page.nextCursor}`])]);
  });
}

function addShow(dlq: Command): void {
  const show = dlq.command('show').argument('<id>', 'number of the letter').description('one letter: its cause, what to do, its message, what it came from and led to')
    .option('--raw', 'the bytes too, as Base64, personal data included');
  addGatewayOptions(show).action(async (id: string, { json, raw, ...flags }: GatewayFlags & { readonly raw?: boolean }) => {
    const letter = await deskOf(flags).show(id, raw);
    print(json, letter, () => letterStory(letter));
  });
}

interface EditFlags extends GatewayFlags {
  readonly value?: string;
  readonly file?: string;
  readonly type?: string;
  readonly note: string;
}

function addEdit(dlq: Command): void {
  const edit = dlq.command('edit').argument('<id>', 'number of the letter').description('make a copy with another message in it; "replay" then sends the copy')
    .option('--value <json>', 'the fields that change; all of them where the message cannot be read')
    .option('--file <path>', 'the same from a file; - for standard input')
    .option('--type <message>', 'another message than it was, or what it is where that cannot be read')
    .option('--note <words>', 'why', '');
  addGatewayOptions(edit).action(async (id: string, { value, file, type, note, json, ...flags }: EditFlags, command: Command) => {
    if ((value === undefined) === (file === undefined)) command.error('give the new fields with --value or --file', { exitCode: exitCodes.notUnderstood });
    const copies = await deskOf(flags).edit(id, { note, value: jsonIn(value ?? readFileSync(file === '-' ? 0 : file ?? '', 'utf8')), ...(type !== undefined && { type }) });
    print(json, copies, () => [...letterLines(copies), `send ${copies.length === 1 ? 'it' : 'them'} with "mesh dlq replay ${copies.map((copy) => copy.id).join(' ')}"`]);
  });
}

interface ReplayFlags extends ActFlags {
  readonly rate: number;
  readonly wait: number;
  readonly note: string;
  readonly again?: true;
}

function addReplay(dlq: Command, finish: (code: number) => void): void {
  const replay = addActing(dlq.command('replay').description('send open letters again, and wait for what becomes of them'))
    .option('--rate <count/s>', 'how many a second, at most', rateOf, 10)
    .option('--wait <seconds>', 'how long their services may take', wholeNumber, 30)
    .option('--note <words>', 'why', '')
    .option('--again', 'with numbers of letters: send another copy of what is on its way, in case that was lost');
  replay.action(async (ids: readonly string[], { rate, wait, note, again, dryRun, all, json, ...flags }: ReplayFlags, command: Command) => {
    const desk = deskOf(flags);
    const letters = await chosen(desk, ids, { all, flags, command });
    if (dryRun) {
      print(json, letters, () => [...letterLines(letters), `${letters.length} would be sent in about ${Math.ceil(letters.length / rate)} s; nothing was done`]);
      return;
    }
    const ending = new AbortController();
    process.once('SIGINT', () => { ending.abort(); });
    const redriven = await redrive(desk, letters, {
      note, ...(again && { again }), perSecond: rate, waitMs: wait * 1_000, signal: ending.signal,
      onProgress: (sent, of) => { if (process.stderr.isTTY) process.stderr.write(`\r${sent} of ${of} sent${sent === of ? '\n' : ''}`); },
    });
    print(json, redriven, () => redrivenLines(redriven));
    finish(redriven.settled.length === letters.length ? exitCodes.done : exitCodes.failed);
  });
}

function addDrop(dlq: Command): void {
  const drop = addActing(dlq.command('drop').description('say that nobody needs open letters any more; they are kept')).requiredOption('--reason <words>', 'why');
  drop.action(async (ids: readonly string[], { reason, dryRun, all, json, ...flags }: ActFlags & { readonly reason: string }, command: Command) => {
    const desk = deskOf(flags);
    const letters = await chosen(desk, ids, { all, flags, command });
    const dropped: Letter[] = [];
    if (!dryRun) for (const { id } of letters) dropped.push(await desk.drop(id, reason));
    print(json, dryRun ? letters : dropped, () => (dryRun ? [...letterLines(letters), `${letters.length} would be dropped; nothing was done`] : [`${dropped.length} dropped`]));
  });
}

function addActing(command: Command): Command {
  return addFilters(addGatewayOptions(command.argument('[ids...]', 'numbers of letters; or say which by the options')))
    .option('--all', 'every open letter')
    .option('--dry-run', 'show which, and do nothing');
}

function addFilters(command: Command): Command {
  return command
    .option('--service <name>', 'only those of this service')
    .option('--topic <name>', 'only records of this topic')
    .addOption(new Option('--class <class>', 'only those of this class of reason').choices(letterClasses))
    .option('--order <id>', 'only records of this order')
    .option('--original <place>', 'only those that come from this record: topic/partition/offset')
    .option('--since <when>', 'only those since then: 30m, 2h, 3d or 2026-03-01T01:30:00Z', momentOf)
    .option('--q <text>', 'part of what failed, of the key, or of the message\'s type');
}

/** The open letters that are meant, oldest first. */
async function chosen(desk: LetterDesk, ids: readonly string[], { all, flags, command }: { readonly all: boolean | undefined; readonly flags: FilterFlags; readonly command: Command }): Promise<readonly Letter[]> {
  if (ids.length > 0) return Promise.all(ids.map((id) => desk.show(id)));
  const filter = filterOf(flags);
  if (!all && Object.keys(filter).length === 0) command.error('say which letters: by number, by --service, --topic, --class, --order, --original, --since or --q, or --all', { exitCode: exitCodes.notUnderstood });
  return allLetters(desk, { ...filter, status: 'open' });
}

function filterOf({ service, topic, class: kind, order, original, since, q }: FilterFlags): LetterQuery {
  return { ...(service && { service }), ...(topic && { topic }), ...(kind && { class: kind }), ...(order && { order }), ...(original && { original }), ...(since && { since }), ...(q && { q }) };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MeshError('BAD_REQUEST', { advice: 'the new fields must be a JSON object, such as {"reason":"ordered twice"}', cause });
  }
}

function rateOf(text: string): number {
  const count = /^([1-9]\d{0,3})(?:\/s)?$/.exec(text)?.[1];
  if (count === undefined) throw new InvalidArgumentError('It must be a whole number a second, such as 10/s.');
  return Number(count);
}

const deskOf = (flags: GatewayFlags): LetterDesk => openLetterDesk(gatewayUrl(flags), sessionOf(flags));
