import { Argument, type Command } from 'commander';
import { print } from '../show/print.ts';

interface LoginFlags {
  readonly as?: string;
  readonly dataDir: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  mesh logins                             who may log in where, and where the passwords lie
  psql "$(mesh logins postgres)"          look into the database, reading only
  mesh logins kafka > look.properties     and then, with Kafka's own tools:
                                          kafka-console-consumer.sh --consumer.config look.properties --group mesh-me ...
  psql "$(mesh logins postgres --as postgres)"
                                          as the superuser, who may do everything

For the mesh that runs in this folder, where its Kafka and PostgreSQL are its own. What is printed holds a password.`;

/** `mesh logins`: how a person gets into the mesh's own Kafka and PostgreSQL. */
export function addLogins(program: Command): void {
  program.command('logins').description('log in to the mesh\'s own Kafka and PostgreSQL yourself')
    .addArgument(new Argument('[server]', 'print what its tools take').choices(['kafka', 'postgres']))
    .option('--as <login>', 'another login than the operator\'s, who only reads')
    .option('--data-dir <folder>', 'folder of the running mesh', '.mesh')
    .option('--json', 'print JSON on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (server: 'kafka' | 'postgres' | undefined, { as, dataDir, json }: LoginFlags) => {
      const { loginsOf, propertiesOf } = await import('../logins/logins.ts');
      const found = loginsOf(dataDir);
      if (server === undefined) print(json, found.list(), () => found.lines());
      else if (server === 'postgres') print(json, { url: found.postgres(as) }, () => [found.postgres(as)]);
      else print(json, found.kafka(as), () => propertiesOf(found.kafka(as)));
    });
}
