import type { ChaosReport, RecoveryRow } from './report.ts';
import { earlierSection, type EarlierRun } from './earlier-section.ts';
import { faultTitles, markdown, notKept, otherProblemsIn, paceInWords, problemsOf, recoveriesFor, shownMoment, shownMs, type Recovered } from './table.ts';
import { upgradeSection, type UpgradeReport } from './upgrade-section.ts';

/** The last run of each tier. */
export interface Reports {
  /** With the seed that the tests use. */
  readonly t1?: ChaosReport;
  readonly t2?: ChaosReport;
  /** T1 with other seeds, the last run of each. */
  readonly others?: readonly EarlierRun[];
  /** T2 before the last run, by their seeds. */
  readonly soaks?: readonly EarlierRun[];
  /** From the last release to this build and back. */
  readonly upgrade?: UpgradeReport;
}

/** What each kind of fault is, and what is promised about it. */
const claims: Readonly<Record<ChaosReport['faults'][number]['kind'], readonly [what: string, promise: string]>> = {
  'race': ['200 orders of one customer at the same moment; the limit fits 50', 'exactly 50 are held'],
  'poison': ['messages cut off, gone on after their end, of an unknown schema, announcing gigabytes, nearly a megabyte long, with amounts over 2^53', 'each becomes a dead letter with its reason; no good order waits'],
  'partners': ['20 % of all calls answered 500, 429, a proxy\'s HTML page, cut before the work, slow; 5 % carried out and never answered', 'one document an order at each partner, or none'],
  'kill': ['`kill -9` of a service; behind most of them the next process ends by itself at a crash point, a line such as "after the commit, before the publish"', 'the next process goes on; nothing is done twice'],
  'broker-kill': ['`kill -9` of Kafka', 'orders wait in the outbox'],
  'broker-outage': ['Kafka away for 60 s, longer than every retry of ours and of the clients', 'no consumer stays behind when it is back'],
  'postgres': ['PostgreSQL by `kill -9`, by an immediate stop, or standing still for 10 s', 'what was committed is there; what was not is done again'],
  'network': ['latency of 100 to 300 ms, resets of 5 % of all pieces of data, a black hole, one that swallows answers only, slices of 10 bytes; on Kafka, PostgreSQL, ERP, CRM, e-sign, carrier', 'what is slow or lost is waited for, or tried again, once'],
  'member': ['a second process of a service joins the group and leaves it, by SIGTERM or SIGKILL', 'partitions move; what is read twice is recognised'],
  'zombie': ['a service stands still for 30 s (SIGSTOP) while a second one takes over, then goes on and writes', 'its writes are refused'],
  'spike': ['ten times the usual orders', 'all are taken, if held back (429) at times'],
  'disk-full': ['the disk of PostgreSQL, or of Kafka, has not a byte left', 'nothing is acknowledged that was not stored; work goes on when there is room'],
};

/** The published page. */
export function reliabilityPage({ t1, t2, upgrade, others = [], soaks = [] }: Reports): string {
  return [
    '# Reliability: what was broken on purpose, and what came of it',
    '',
    'Made by `npm run chaos` from [chaos/chaos-report.json](../chaos/chaos-report.json); change that and not this page.',
    '',
    'Every service is a process of its own, Kafka and PostgreSQL are real, and a TCP proxy of ours stands on every link. A seeded plan, made before the run, breaks them while orders come in through',
    'the gateway and the CRM. Each request is sent twice, every message on Kafka is delivered a second time, late and out of order, and at the end everything ever said is said once more from offset 0.',
    'Orders are counted against our own notes of what the mesh acknowledged, and against the books of the partners.',
    '',
    ...(t1 ? tier('T1: every fault', t1) : []),
    ...earlierSection('T1 with seeds that no test uses', others),
    ...(t2 ? tier('T2: soak', t2) : ['## T2: soak', '', 'No run of it has been published yet.', '']),
    ...earlierSection('T2: the runs before', soaks),
    ...(upgrade ? upgradeSection(upgrade) : []),
    '## What it has found',
    '',
    '- A connection that broke while a service migrated its schema ended the process; mended.',
    '- A connection to PostgreSQL that was not established in time was taken for a fault of the service itself; mended.',
    '- A message that a service made when it heard something a second time had the number of the one it made the first time; mended.',
    '- A repeated placement was told with the moment of its hearing: one number, several contents; mended.',
    '- The gateway\'s timeline lost what came in one batch with a message that had come before (I12); mended.',
    '- What was said once more was answered once more with other words under the number of the first answer (I7); mended: a copy is recognised and not answered ([ADR 11](adr/0011-a-copy-is-not-answered.md)).',
    '- A request to the e-sign provider that was given up arrived after its successor: two contracts before the parties, one order in 2,070; mended: what could happen twice binds nobody ([ADR 14](adr/0014-what-could-happen-twice-binds-nobody.md)).',
    '- A service that started while Kafka or PostgreSQL was away ended, and was started again, until they were back; mended: it waits. Three of them had a hole in it, where they look for their keys first; a soak fell into it, mended.',
    '- When everything was said once more after 25,000 orders, the gateway took 10,003 that had ended long ago for orders under way, and left new ones outside for ten minutes (I11 in the first soak); mended: an order counts by what is known of it, not by what is said.',
    '- Among 7,400 bookings that waited for U8 in a soak stood 200 that a killed process or a fault had left open, by their time: nobody asked for 24 minutes whether they had been booked; mended: what is begun goes first ([ADR 26](adr/0026-every-ledger-has-a-rate-and-a-turn.md)).',
    '- A set of rules was taken for kept when a transaction that had just written it decided by it once more, and failed: later decisions named rules that nobody could look up (I9; seed 70164 of the simulation); mended.',
    '- Replaying 25,000 orders takes minutes, and the run gave it two; mended: as long as it goes on.',
    '- A service that a release adds to a process of several began where the others were and never knew what had been told before; mended: the group is taken back to its first message, which the others recognise.',
    '- A service told to stop still began calls to partners, and waited for one partner after the other: with slow partners it was killed after eight seconds; mended.',
    '- Whether a contract is signed was asked of the provider in a queue of its own, which had one turn where all customers together had hundreds: under load 1,495 of 2,006 orders stood at their contract, signed ones among them; mended: what is begun goes first, in its customer\'s turn.',
    '- A connection to Kafka that broke in the wrong moment, while a service asked who had borne its name before or while it logged in, ended the process: the client told of it once more, to nobody (two processes in a soak of an hour); mended.',
    '- A refusal of credit for one reason was told with the rule of an earlier refusal for another, where PostgreSQL kept it; found by random stories played against the tables and against memory; mended.',
    '- **Open:** Apache Kafka 4.3.1 may fail to load the state of consumer groups when a broker that was killed comes back ("Cannot set the epoch of ... because the partition is still owned at epoch ..."): the groups on',
    '  that partition of `__consumer_offsets` get no messages until somebody repairs it. Nothing is lost (the outbox is empty, positions are in PostgreSQL), but orders stand still. Seen once, in a run of T1 (seed 1) with a full disk, an outage of 60 s and two kills of the broker, which could not be judged because of it.',
    '',
    '## How to run it',
    '',
    '```',
    'npm run chaos -- --seed 1                          T0, then T1',
    'npm run chaos -- processes --seed 1 --only kill    one kind of fault',
    'npm run chaos -- soak --minutes 60 --seed 1        T2',
    'npm run chaos -- upgrade --orders 500              from the last release to this build and back',
    '```',
    '',
    'The same seed makes the same plan; what the machine makes of it differs from run to run. A fault that a machine does not allow (a small disk needs root) is left out and said so.',
    '',
  ].join('\n');
}

function tier(title: string, report: ChaosReport): readonly string[] {
  const { machine, orders, lost, doubled, stuck, seconds, replay } = report;
  return [
    `## ${title}`,
    '',
    `Seed ${report.seed}, commit \`${machine.commit}\`, ${shownMoment(report.startedAt)} UTC, ${Math.round(seconds.all)} s. ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB; ${
      Object.entries(report.versions).map(([name, version]) => `${name} ${version}`).join(', ')}.`,
    ...(report.pace ? [`Of the machine: ${paceInWords(report.pace)}. Two runs compare only as far as these do.`] : []),
    '',
    ...(report.note === undefined ? [] : [`**Note:** ${report.note}`, '']),
    ...markdown(['orders taken on', 'lost', 'doubled', 'stuck', 'effects of the replay', 'other broken promises'],
      [[orders.accepted, lost, doubled, stuck, replay.changed.length, otherProblemsIn(report)].map(String)]),
    '',
    ...notKept(problemsOf(report)),
    `Invariants by \`mesh verify\`: ${report.verdicts.map(({ id, title, status }) => `${id} ${title}: ${status}`).join('; ')}.`,
    '',
    ...markdown(['fault', 'what', 'planned', 'happened', 'promise', 'goes on p50', 'p99', 'max', 'wanted p99', 'new order p50', 'p99'], report.faults.flatMap((fault) => faultRows(report, fault))),
    '',
    '"Goes on": from the end of each process that was killed, at a crash point or from outside, until its service takes messages again, or is ready and finds none (begun before 2026-11-29 14:15 UTC: only until it takes messages); from the end of what befell a server until all services on the way of an order',
    'do or have nothing to take, the last one counts; one that was killed itself and is not back does not. Read from the inboxes, and looked at every 0.4 s (begun before 2026-11-29 17:50 UTC: looks alone, late by as long as a fault kept the question); what is seen within 0.8 s may be of before, and does not count. "New order": until the first order submitted after it was confirmed (for services beside the way of an order: until they took messages), behind all that waited before it',
    'and with everything else that went wrong at the time. Not measured is what met a fault that stops everything, a partner that answers nothing included, and approvals and rules, which are asked too seldom. A frozen service has nothing to recover from: another one does its work.',
    '',
    ...findings(report),
    ...(report.tier === 'T2' ? growth(report) : []),
  ];
}

function faultRows(report: ChaosReport, { kind, planned, happened, skipped }: ChaosReport['faults'][number]): readonly (readonly string[])[] {
  const [what, promise] = claims[kind];
  const [first, ...others] = recoveriesFor(report, kind);
  const left = skipped.length > 0 ? `${happened} (${skipped.length} left out: ${skipped[0] ?? ''})` : String(happened);
  return [
    [faultTitles[kind], what, String(planned), left, promise, ...recoveryCells(first)],
    ...others.map((one) => ['', one.name, '', '', '', ...recoveryCells(one)]),
  ];
}

function recoveryCells({ goesOn, newOrder }: Partial<Recovered> = {}): readonly string[] {
  return [...(goesOn ? [counted(goesOn), shownMs(goesOn.p99), longest(goesOn), wanted(goesOn)] : ['', '', '', '']), ...(newOrder ? [counted(newOrder), shownMs(newOrder.p99)] : ['', ''])];
}

const counted = ({ p50, measured, unmeasured }: RecoveryRow): string => `${shownMs(p50)} (${measured} of ${measured + unmeasured})`;
const longest = ({ kind, max, slowest }: RecoveryRow): string => `${shownMs(max)}${slowest === undefined || slowest === kind ? '' : ` (${slowest})`}`;

function wanted({ p99, target }: RecoveryRow): string {
  if (target === null) return '';
  return `< ${target / 1_000} s${p99 !== null && p99 >= target ? ', **missed**' : ''}`;
}

function findings({ orders, crashPoints, copies, amendments, rulesReleased, replay, requests, race, poison, leadTimeMs, ownEnds }: ChaosReport): readonly string[] {
  const lines = [
    `Orders ended: ${Object.entries(orders.byStatus).map(([status, count]) => `${count} ${status}`).join(', ')}; from submission to the end p50 ${shownMs(leadTimeMs.p50)}, p99 ${shownMs(leadTimeMs.p99)}, faults included.`,
    `Crash points reached: ${crashPoints.reached}${crashPoints.missed.length > 0 ? `; not reached: ${crashPoints.missed.join(', ')}` : ''}.`,
    `${copies} messages were delivered twice; ${replay.messages} were replayed.`,
    ...(amendments === undefined ? [] : [`${amendments} orders were placed again with other content, some of them too late.`]),
    ...(rulesReleased === undefined ? [] : [`The rules of credit control were changed ${rulesReleased} times while orders ran; each decision names the rules it was made by, and was put to them again (I9).`]),
    `${requests.sent} requests, ${requests.heldBack} held back (429 or 503), ${requests.failed} unanswered and sent again, ${requests.replayed} repeated after their answer and answered alike.`,
    ...(race ? [`Credit race: ${race.held} of ${race.orders} held, the limit fits ${race.fits}.`] : []),
    ...(poison ? [`Poison: ${poison.deadLetters} of ${poison.sent} are dead letters (${Object.entries(poison.byReason).map(([reason, count]) => `${count} ${reason}`).join(', ')}); the slowest good order meanwhile took ${shownMs(poison.slowestGoodMs)}, ${shownMs(poison.delayMs)} longer than before.`] : []),
    ...(ownEnds.length > 0 ? [`${ownEnds.length} processes ended by themselves and were started again: ${tally(ownEnds)}.`] : []),
  ];
  return [...lines.map((line) => `- ${line}`), ''];
}

function tally(ends: readonly string[]): string {
  const kinds = Object.entries(Object.groupBy(ends, (end) => end.replace(/ after .*/, '')));
  return kinds.map(([kind, all]) => `${all?.length ?? 0} x ${kind}`).join(', ');
}

/** A process that lived shorter has hardly begun: it tells nothing of growth. */
const GROWS_FROM_MINUTES = 2;

function growth(report: ChaosReport): readonly string[] {
  const grown = report.growth.filter(({ minutes }) => minutes >= GROWS_FROM_MINUTES);
  return [
    `Memory and handles of the process of each service that lived longest, from a minute after its start; those that lived ${GROWS_FROM_MINUTES} minutes:`,
    '',
    ...markdown(['service', 'minutes', 'MB at first', 'highest', 'at last', 'MB a minute', 'handles at first', 'highest', 'at last'], grown.map(({ service, minutes, residentMb, handles }) => [
      service, minutes.toFixed(1), residentMb.first.toFixed(0), residentMb.highest.toFixed(0), residentMb.last.toFixed(0), residentMb.perMinute.toFixed(2),
      String(handles.first), String(handles.highest), String(handles.last)])),
    '',
  ];
}
