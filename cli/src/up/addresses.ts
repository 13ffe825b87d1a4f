import type { BrokerSecurity } from '@order-mesh/messaging';
import type { Outside, Ports, SimulatorName } from './settings.ts';
import { wecomOfDemo } from './wecom-of-demo.ts';

/** Where everything of a mesh is. */
export interface Addresses {
  readonly gateway: string;
  /** Health and metrics, one a process that hosts services. */
  readonly admin: readonly string[];
  readonly contractCallback: string;
  readonly kafkaBrokers: string;
  /** The login of whoever looks at our own Kafka; absent where somebody else runs it. */
  readonly kafkaSecurity?: BrokerSecurity;
  /** May carry a password: that of whoever looks, where it is our own. */
  readonly databaseUrl: string;
  readonly salesforce: string;
  /** host:port of the Pub/Sub API. */
  readonly salesforcePubsub: string;
  readonly u8: string;
  /** U8's EAI; used with U8_MODE=eai. */
  readonly u8Eai: string;
  readonly esign: string;
  readonly carrier: string;
  /** Only where it is our simulator. */
  readonly wecom?: string;
  /** Only where it is the demo's own. */
  readonly identity?: string;
  /** Only where this mesh keeps the key of the audit log itself. */
  readonly auditKeyFile?: string;
  /** Only where this mesh keeps the master key of contacts itself. */
  readonly privacyKeyFile?: string;
}

export interface Placed {
  readonly outside: Outside;
  readonly simulators: readonly SimulatorName[];
  readonly ports: Ports;
  readonly admin: readonly number[];
  readonly auditKeyFile?: string;
  readonly privacyKeyFile?: string;
}

export function addressesOf({ outside, simulators, ports, admin, auditKeyFile, privacyKeyFile }: Placed): Addresses {
  const u8 = outside.u8 ?? at(ports.u8);
  return {
    gateway: at(ports.gateway),
    admin: admin.map(at),
    contractCallback: outside.contractCallback ?? `${at(ports.contract)}/v1/callbacks/${outside.esignProvider}`,
    kafkaBrokers: outside.kafkaBrokers ?? `127.0.0.1:${ports.kafka}`,
    databaseUrl: outside.databaseUrl ?? `postgres://postgres@127.0.0.1:${ports.postgres}/postgres`,
    salesforce: outside.salesforce ?? at(ports.salesforce),
    salesforcePubsub: outside.salesforcePubsub ?? `127.0.0.1:${ports.salesforcePubsub}`,
    u8,
    u8Eai: outside.u8Eai ?? `${u8}/u8eai/import.asp`,
    esign: outside.esign ?? at(ports.esign),
    carrier: outside.carrier ?? at(ports.carrier),
    ...(simulators.includes('wecom') && { wecom: at(ports.wecom) }),
    ...(simulators.includes('identity') && { identity: at(ports.identity) }),
    ...(auditKeyFile !== undefined && { auditKeyFile }),
    ...(privacyKeyFile !== undefined && { privacyKeyFile }),
  };
}

/** What the services are told by their environment. */
export function serviceEnv(addresses: Addresses, ports: Ports, adminPort: number): Readonly<Record<string, string>> {
  return {
    NODE_ENV: 'production',
    KAFKA_BROKERS: addresses.kafkaBrokers,
    DATABASE_URL: addresses.databaseUrl,
    GATEWAY_HTTP_PORT: String(ports.gateway),
    CONTRACT_HTTP_PORT: String(ports.contract),
    CONTRACT_CALLBACK_URL: addresses.contractCallback,
    ADMIN_PORT: String(adminPort),
    SALESFORCE_URL: addresses.salesforce,
    SALESFORCE_PUBSUB: addresses.salesforcePubsub,
    U8_URL: addresses.u8,
    U8_EAI_URL: addresses.u8Eai,
    // Only that of the provider in use is read
    ESIGN_URL: addresses.esign,
    FASC_URL: addresses.esign,
    SF_URL: addresses.carrier,
    WECOM_ADAPTER_HTTP_PORT: String(ports.wecomAdapter),
    ...(addresses.auditKeyFile !== undefined && { AUDIT_KEY_FILE: addresses.auditKeyFile }),
    ...(addresses.privacyKeyFile !== undefined && { PRIVACY_KEY_FILE: addresses.privacyKeyFile }),
    ...(addresses.identity !== undefined && { OIDC_ISSUER: addresses.identity }),
    ...(addresses.wecom !== undefined && { ...wecomOfDemo, WECOM_URL: addresses.wecom }),
  };
}

export interface SimulatorSettings {
  readonly stateDir: string;
  readonly wecomCallback?: string | undefined;
}

/** What the process of our own simulators is told: which to run, where, where they keep their books, and whom WeCom calls back: nobody when no port of the adapter is known. */
export function simulatorEnv(names: readonly SimulatorName[], ports: Ports, { stateDir, wecomCallback }: SimulatorSettings): Readonly<Record<string, string>> {
  return {
    NODE_ENV: 'production',
    SIMULATORS: names.join(','),
    SALESFORCE_PORT: String(ports.salesforce),
    SALESFORCE_PUBSUB_PORT: String(ports.salesforcePubsub),
    U8_PORT: String(ports.u8),
    ESIGN_PORT: String(ports.esign),
    CARRIER_PORT: String(ports.carrier),
    WECOM_PORT: String(ports.wecom),
    IDENTITY_PORT: String(ports.identity),
    WECOM_CALLBACK_URL: wecomCallback ?? (ports.wecomAdapter === 0 ? '' : `${at(ports.wecomAdapter)}/v1/callbacks/wecom`),
    SIM_STATE_DIR: stateDir,
  };
}

const at = (port: number): string => `http://127.0.0.1:${port}`;
