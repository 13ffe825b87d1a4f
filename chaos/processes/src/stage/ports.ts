import { serviceNames, type Ports } from '@order-mesh/cli/parts';
import { freePort } from '@order-mesh/embedded';

/** Every port of a stage, all free when it was asked. */
export interface StagePorts {
  /** Of the parts themselves. */
  readonly ports: Ports;
  readonly kafka: number;
  readonly postgres: number;
  readonly admin: ReadonlyMap<string, number>;
  /** Of the proxies. */
  readonly kafkaLink: number;
  readonly postgresLinks: ReadonlyMap<string, number>;
  readonly links: Readonly<Record<'salesforce' | 'salesforcePubsub' | 'u8' | 'esign' | 'carrier', number>>;
}

export async function portsOf(): Promise<StagePorts> {
  const port = freePort;
  const each = async (): Promise<ReadonlyMap<string, number>> => {
    const found = new Map<string, number>();
    for (const name of serviceNames) found.set(name, await port());
    return found;
  };
  const [kafka, postgres] = [await port(), await port()];
  return {
    kafka, postgres, kafkaLink: await port(), admin: await each(), postgresLinks: await each(),
    ports: {
      kafka, postgres, gateway: await port(), salesforce: await port(), salesforcePubsub: await port(), u8: await port(), esign: await port(), carrier: await port(),
      contract: await port(), wecom: await port(), wecomAdapter: await port(), identity: await port(), admin: 0,
    },
    links: { salesforce: await port(), salesforcePubsub: await port(), u8: await port(), esign: await port(), carrier: await port() },
  };
}
