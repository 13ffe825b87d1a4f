import type { RulesPublished } from '@order-mesh/contracts';
import { Lately, type Instant } from '@order-mesh/kernel';
import { ordersPlacedIn, type ReadAhead, type Transaction } from '@order-mesh/messaging';
import { query } from '@order-mesh/platform';
import { compileText, writeRuleSet, type CompiledRules, type DecisionPoint } from '@order-mesh/rules';
import { given } from './memory-rule-book.ts';
import { pgShadowBook } from './pg-shadow-book.ts';
import type { Running } from './pg-shadow-ears.ts';
import { shippedFor, type RuleBook, type RuleBookOptions } from './rule-book.ts';

/** So many sets a process keeps ready. */
const MOST_READY = 64;

/** The rule book of a service in PostgreSQL, schema `rulebook`. One query a transaction tells which rules are in force at all services of the process; sets that were read once are kept ready. */
export function pgRuleBook(options: RuleBookOptions): RuleBook {
  const { service, points, log } = options;
  deciding.add(service);
  const shipped = shippedFor(options);
  const shadows = pgShadowBook(options);
  const known = new Lately<string, CompiledRules>(MOST_READY);
  const noted = new Set<string>();

  const setOf = async (tx: Transaction, point: DecisionPoint, hash: string): Promise<CompiledRules> => {
    const kept = known.get(hash);
    if (kept) return kept;
    const rules = readyOrShipped(point, await loadContent(tx, hash));
    known.put(hash, rules);
    return rules;
  };

  // a set that was understood when it was learned; an older release that takes over does without it
  const readyOrShipped = (point: DecisionPoint, content: string): CompiledRules => {
    const compiled = compileText(point, content);
    if (compiled.ok) return compiled.rules;
    log.error('published rules are not understood by this release; the shipped ones decide', { point: point.name });
    return given(shipped, point.name);
  };

  return {
    shadows,
    async at(tx, point) {
      const { hash, shadow } = (await liveIn(tx, service)).get(point.name) ?? {};
      const rules = hash === undefined ? given(shipped, point.name) : await setOf(tx, point, hash);
      if (!noted.has(rules.hash) && (await note(tx, rules))) noted.add(rules.hash);
      return shadow ? shadows.beside(tx, rules, shadow) : rules;
    },
    async learn(tx, published) {
      const news = published.filter((one) => points.some(({ name }) => name === one.point) && isUnderstood(one));
      if (news.length === 0) return;
      asked.delete(tx);
      await saveContents(tx, news);
      // one row once: the last of each point
      await saveLive(tx, service, [...new Map(news.toSorted((one, other) => one.version - other.version).map((one) => [one.point, one])).values()]);
    },
  };

  function isUnderstood({ point: name, version, content }: RulesPublished): boolean {
    const point = points.find((one) => one.name === name);
    const isGood = point !== undefined && compileText(point, content).ok;
    if (isGood) log.info('rules learned', { point: name, version });
    else log.error('published rules are not understood by this release; those before stay in force', { point: name, version });
    return isGood;
  }
}

/** Begins to read which rules are in force, for a batch whose orders are only being placed. */
export const readRulesAhead = (service: string): ReadAhead => (batch, tx) => {
  // whoever decides hears of the failure
  if (ordersPlacedIn(batch).length > 0) liveIn(tx, service).catch(() => {});
};

/** The rules in force, unless they are the shipped ones, and those that decide silently beside them. */
interface LivePoint {
  readonly hash?: string;
  readonly shadow?: Running;
}

/** By decision point. */
type Live = ReadonlyMap<string, LivePoint>;

/** The services of this process that decide by rules: orders go from one to the next in the same transaction, so what is asked for one is asked for all. */
const deciding = new Set<string>();
const asked = new WeakMap<Transaction, Promise<ReadonlyMap<string, Live>>>();

async function liveIn(tx: Transaction, service: string): Promise<Live> {
  const known = asked.get(tx) ?? loadLive(tx, [...deciding]);
  asked.set(tx, known);
  return (await known).get(service) ?? NOTHING;
}

const NOTHING: Live = new Map();

async function loadLive(tx: Transaction, services: readonly string[]): Promise<ReadonlyMap<string, Live>> {
  const rows = await query<LiveRow>(tx, {
    name: 'rulebook.live',
    text: `select service, point, hash, null as shadow_id, null as until from rulebook.live where service = any($1::text[])
      union all select service, point, hash, shadow_id, until from rulebook.shadow where service = any($1::text[]) and ended_because is null`,
    values: [services],
  });
  const pointsOf = (live: readonly LiveRow[]): Live => new Map([...Map.groupBy(live, ({ point }) => point)].map(([point, all]) => [point, liveOf(all)]));
  return new Map([...Map.groupBy(rows, ({ service }) => service)].map(([service, live]) => [service, pointsOf(live)]));
}

interface LiveRow {
  readonly service: string;
  readonly point: string;
  readonly hash: string;
  readonly shadow_id: string | null;
  readonly until: Instant | null;
}

function liveOf(rows: readonly LiveRow[]): LivePoint {
  const live = rows.find(({ shadow_id: shadowId }) => shadowId === null);
  const [shadow] = rows.flatMap(({ shadow_id: shadowId, hash, until }) => (shadowId === null || until === null ? [] : [{ shadowId, hash, until }]));
  return { ...(live && { hash: live.hash }), ...(shadow && { shadow }) };
}

async function loadContent(tx: Transaction, hash: string): Promise<string> {
  const rows = await query<{ readonly content: string }>(tx, { name: 'rulebook.content', text: 'select content from rulebook.rule_set where hash = any($1::text[])', values: [[hash]] });
  return rows[0]?.content ?? '';
}

/** The sets that a transaction has written: they are there for others only when it commits. */
const writtenIn = new WeakMap<Transaction, Set<string>>();

/** Notes a set that is decided by, for whoever decides again; true when it was there, and so committed, before. */
async function note(tx: Transaction, { set, hash }: CompiledRules): Promise<boolean> {
  if (writtenIn.get(tx)?.has(hash)) return false;
  if ((await loadContent(tx, hash)) !== '') return true;
  await saveContents(tx, [{ hash, point: set.point, content: writeRuleSet(set) }]);
  return false;
}

async function saveContents(tx: Transaction, sets: readonly Pick<RulesPublished, 'hash' | 'point' | 'content'>[]): Promise<void> {
  const unique = [...new Map(sets.map((one) => [one.hash, one])).values()];
  writtenIn.set(tx, new Set([...writtenIn.get(tx) ?? [], ...unique.map(({ hash }) => hash)]));
  await query(tx, {
    name: 'rulebook.save-contents',
    text: 'insert into rulebook.rule_set (hash, point, content) select * from unnest($1::text[], $2::text[], $3::text[]) on conflict do nothing',
    values: [unique.map(({ hash }) => hash), unique.map(({ point }) => point), unique.map(({ content }) => content)],
  });
}

async function saveLive(tx: Transaction, service: string, news: readonly RulesPublished[]): Promise<void> {
  await query(tx, {
    name: 'rulebook.save-live',
    text: `insert into rulebook.live (service, point, version, hash) select * from unnest($1::text[], $2::text[], $3::integer[], $4::text[])
      on conflict (service, point) do update set version = excluded.version, hash = excluded.hash where live.version < excluded.version`,
    values: [news.map(() => service), news.map(({ point }) => point), news.map(({ version }) => version), news.map(({ hash }) => hash)],
  });
}
