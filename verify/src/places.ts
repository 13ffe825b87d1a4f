import type { BrokerSecurity } from '@order-mesh/messaging';

/** Where everything of the mesh under test is; what `mesh up` writes into its mesh file will do. */
export interface Places {
  readonly databaseUrl: string;
  /** `host:port`, several with commas. */
  readonly kafkaBrokers: string;
  /** How that Kafka is spoken to; in clear text and as nobody when absent. */
  readonly kafkaSecurity?: BrokerSecurity | undefined;
  /** Addresses of the partners. Whoever shows a ledger there (`/_sim/ledger`, as the simulators do) is compared with. */
  readonly salesforce?: string | undefined;
  readonly u8?: string | undefined;
  readonly esign?: string | undefined;
  readonly carrier?: string | undefined;
}
