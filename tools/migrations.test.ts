import { examined, type Examined } from './examined.ts';

const FILE = 'services/credit/migrations/0002-next.sql';

function examine(sql: string, allowed: readonly unknown[] = []): Examined {
  return examined('migrations.mjs', { 'services/credit/migrations/0001-books.sql': 'create table credit.hold (order_id text not null primary key);', [FILE]: sql, 'tools/migrations-allowed.json': JSON.stringify(allowed) });
}

describe('the check of migrations', () => {
  it.each([
    ['alter table credit.hold drop column amount;', 'drops'],
    ['alter table credit.hold drop amount;', 'drops'],
    ['drop table credit.hold;', 'drops'],
    ['alter table credit.hold add column note text, drop constraint hold_pkey;', 'drops'],
    ['alter table credit.hold rename column amount to amount_fen;', 'renames'],
    ['alter table credit.hold alter column amount type numeric;', 'gives another type to'],
    ['alter table credit.hold alter amount set data type numeric;', 'gives another type to'],
    ['alter table credit.hold alter column note set not null;', 'wants a value for'],
    ['alter table credit.hold\n  -- no default\n  add column customer text not null;', 'wants a value for'],
    ['alter table credit.hold set schema other;', 'moves'],
  ])('finds %s', (sql, what) => {
    const { status, lines } = examine(sql);
    expect(lines[0]).toContain(`${FILE}: ${what} what the release before may use: ${sql.startsWith('drop') ? 'drop' : 'alter'} table credit.hold`);
    expect(status).toBe(1);
  });

  it.each([
    'alter table credit.hold add column customer text;',
    `alter table credit.hold add column customer text not null default '';`,
    'alter table credit.hold alter column note drop not null;',
    `create table credit.other (id text not null); alter table credit.other drop column id;`,
    `-- drop table credit.hold;\nupdate credit.hold set note = 'drop table; rename';`,
    'create function credit.f() returns void language plpgsql as $$ begin drop table t; end $$;',
    'create index hold_note on credit.hold (note);',
  ])('lets pass %s', (sql) => {
    expect(examine(sql)).toEqual({ status: 0, lines: ['2 migrations seen, 0 complaints'] });
  });

  it('lets pass what has a reason, and nothing without one', () => {
    const sql = 'alter table credit.hold drop column amount;';
    const exception = { file: FILE, statement: 'drop column amount' };
    expect(examine(sql, [{ ...exception, reason: 'nobody has read it since v0.2.0' }]).status).toBe(0);
    expect(examine(sql, [exception]).lines).toContain(`tools/migrations-allowed.json: ${FILE} is allowed without a reason`);
  });

  it('does not keep exceptions that nothing needs', () => {
    const { status, lines } = examine('select 1;', [{ file: FILE, statement: 'drop column amount', reason: 'gone' }]);
    expect(lines).toContain(`tools/migrations-allowed.json: nothing in ${FILE} is "drop column amount"`);
    expect(status).toBe(1);
  });
});
