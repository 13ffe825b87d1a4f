import type { Statement } from '@order-mesh/platform';
import { SqlError, type Definition } from './definition.ts';
import { particulars } from './particulars/index.ts';
import { shapeOf } from './shapes.ts';

const known = new Map<string, Definition>();

/** What a statement of the product means here. Throws when nobody has taught it, or when its text says something else by now. */
export function definitionOf(statement: Statement): Definition {
  const found = known.get(statement.name);
  if (found) return found;
  try {
    const made = define(statement);
    known.set(statement.name, made);
    return made;
  } catch (error) {
    untaught = error;
    throw error;
  }
}

let untaught: unknown;

/** Throws when a statement was met that nobody has taught: such a run says nothing about the product. */
export function expectTaught(): void {
  if (untaught !== undefined) throw untaught;
}

const EXPECT_ALL = /^with written as \((?<inner>.+)\) select messaging\.expect\(\(select count\(\*\) from written\), \$(?<count>\d+)::bigint\)$/;

function define({ name, text }: Statement): Definition {
  const words = text.replace(/\s+/g, ' ').trim();
  const expecting = EXPECT_ALL.exec(words)?.groups;
  return expecting ? all(meaning(name, expecting['inner'] ?? ''), Number(expecting['count'])) : meaning(name, words);
}

/** Fails the transaction unless as many rows were written as were meant. */
function all({ lock, run }: Definition, count: number): Definition {
  return {
    ...(lock && { lock }),
    run: (session, values) => {
      const written = run(session, values).length;
      if (written !== Number(values[count - 1])) throw new SqlError('40001', `wrote ${written} of ${String(values[count - 1])} rows: the others have changed since they were read`);
      return [];
    },
  };
}

function meaning(name: string, words: string): Definition {
  const particular = particulars[name];
  if (!particular) {
    const shape = shapeOf(words);
    if (!shape) throw new Error(`the simulated database does not know the statement ${name}; teach it in chaos/simulation/src/database: ${words}`);
    return shape;
  }
  for (const phrase of particular.says) {
    if (!words.includes(phrase)) throw new Error(`the statement ${name} no longer says "${phrase}"; look at what chaos/simulation/src/database makes of it: ${words}`);
  }
  return particular;
}
