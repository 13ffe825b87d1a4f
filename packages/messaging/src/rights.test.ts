import { topics, voices } from '@order-mesh/contracts';
import { aclCommands, looksOn, rightsOf, type Right } from './rights.ts';

const EVERY = Object.values(topics);
const named = (rights: readonly Right[], operation: Right['operation']): readonly string[] => rights.filter((right) => right.on === 'topic' && right.operation === operation).map(({ name }) => name);

describe('what a service may do on Kafka', () => {
  it('is to read what it hears, write what it says, and be in its group', () => {
    const rights = rightsOf([voices.contract], 'contract', EVERY);
    expect(named(rights, 'Read')).toEqual(['contract.commands.v1', 'rules.published.v1']);
    expect(named(rights, 'Write')).toEqual(['contract.events.v1', 'partner.events.v1', 'simulation.events.v1']);
    expect(rights.filter(({ on }) => on === 'group')).toEqual([{ on: 'group', name: 'contract', operation: 'Read' }]);
  });

  it('is the sum of all for services that share a process, each topic once', () => {
    const rights = rightsOf([voices.contract, voices.logistics], 'order-mesh', EVERY);
    expect(named(rights, 'Read')).toEqual(['contract.commands.v1', 'logistics.commands.v1', 'rules.published.v1']);
  });

  it('is to write everywhere for the one who brings letters back', () => {
    expect(named(rightsOf([voices.gateway], 'gateway', EVERY), 'Write')).toEqual([...EVERY].sort());
  });

  it('never is to write, or to be in a group, for somebody who looks', () => {
    expect(looksOn.filter(({ on, operation }) => operation === 'Write' || (on === 'group' && operation === 'Read'))).toEqual([]);
  });

  it('is told as commands of Kafka', () => {
    const [see, ...rest] = aclCommands('credit', rightsOf([voices.credit], 'credit', EVERY));
    expect(see).toBe(`kafka-acls.sh --bootstrap-server "$KAFKA_BROKERS" --command-config admin.properties --add --allow-principal 'User:credit' --operation Describe --topic '*'`);
    expect(rest.at(-1)).toMatch(/--operation IdempotentWrite --cluster$/);
    expect(aclCommands('operator', looksOn).filter((line) => line.includes('--group'))).toEqual([expect.stringMatching(/--operation Describe --group '\*'$/)]);
  });
});
