import { MeshError } from '@order-mesh/kernel';

/** Everything of the mesh that listens: which variable moves it, and where it usually is. */
export const portSettings = {
  gateway: { variable: 'GATEWAY_HTTP_PORT', usual: 8080, what: 'the gateway' },
  salesforce: { variable: 'SALESFORCE_PORT', usual: 8081, what: 'the Salesforce simulator (REST)' },
  salesforcePubsub: { variable: 'SALESFORCE_PUBSUB_PORT', usual: 8443, what: 'the Salesforce simulator (Pub/Sub)' },
  u8: { variable: 'U8_PORT', usual: 8082, what: 'the U8 simulator' },
  esign: { variable: 'ESIGN_PORT', usual: 8083, what: 'the simulator of the signing provider' },
  carrier: { variable: 'CARRIER_PORT', usual: 8084, what: 'the carrier simulator' },
  contract: { variable: 'CONTRACT_HTTP_PORT', usual: 8085, what: 'e-sign callbacks' },
  wecom: { variable: 'WECOM_PORT', usual: 8086, what: 'the WeCom simulator' },
  wecomAdapter: { variable: 'WECOM_ADAPTER_HTTP_PORT', usual: 8087, what: 'WeCom callbacks' },
  identity: { variable: 'IDENTITY_PORT', usual: 8088, what: 'the identity provider of the demo' },
  admin: { variable: 'ADMIN_PORT', usual: 9464, what: 'health and metrics' },
  kafka: { variable: 'KAFKA_PORT', usual: 19092, what: 'Kafka' },
  postgres: { variable: 'POSTGRES_PORT', usual: 15432, what: 'PostgreSQL' },
} as const;

export type PortName = keyof typeof portSettings;
export type Ports = Readonly<Record<PortName, number>>;
export type Env = Readonly<Record<string, string | undefined>>;

export const portNames = Object.keys(portSettings).filter(isPortName);

/** The ports asked for, 0 for any free one: a flag wins over the environment, which wins over what is usual. Throws BAD_CONFIG. */
export function wantedPorts(flags: Partial<Ports>, env: Env, anyFree: boolean): Ports {
  const wanted = (name: PortName): number => flags[name] ?? portIn(env, name) ?? (anyFree ? 0 : portSettings[name].usual);
  return {
    gateway: wanted('gateway'), salesforce: wanted('salesforce'), salesforcePubsub: wanted('salesforcePubsub'), u8: wanted('u8'), esign: wanted('esign'),
    carrier: wanted('carrier'), contract: wanted('contract'), wecom: wanted('wecom'), wecomAdapter: wanted('wecomAdapter'), identity: wanted('identity'), admin: wanted('admin'), kafka: wanted('kafka'),
    postgres: wanted('postgres'),
  };
}

function portIn(env: Env, name: PortName): number | undefined {
  const { variable } = portSettings[name];
  const given = env[variable];
  if (given === undefined || given === '') return undefined;
  const port = portNumber(given);
  if (port === undefined) throw new MeshError('BAD_CONFIG', { advice: `${variable} must be a port number, or 0 for any free one, got "${given}"` });
  return port;
}

/** A port number, or undefined when the text is none. */
export function portNumber(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) < 65_536 ? Number(text) : undefined;
}

function isPortName(name: string): name is PortName {
  return name in portSettings;
}

export type EsignProvider = 'esign' | 'fasc';

/** Who signs contracts: e签宝 unless `ESIGN_PROVIDER=fasc`; the contract service refuses any third one. */
export function esignProvider(env: Env): EsignProvider {
  return env['ESIGN_PROVIDER'] === 'fasc' ? 'fasc' : 'esign';
}

/** The parts that somebody else runs: each is an address in the environment. */
export interface Outside {
  readonly kafkaBrokers: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly salesforce: string | undefined;
  readonly salesforcePubsub: string | undefined;
  readonly u8: string | undefined;
  readonly u8Eai: string | undefined;
  /** Of the signing provider that `esignProvider` names. */
  readonly esign: string | undefined;
  readonly esignProvider: EsignProvider;
  /** Where that provider reaches us, when not on this machine. */
  readonly contractCallback: string | undefined;
  readonly carrier: string | undefined;
  /** Who gives access tokens. */
  readonly identity: string | undefined;
  /** The company that is set up there, rather than an address: WeCom is in one place. */
  readonly wecom: string | undefined;
  /** Where our WeCom simulator tells what changes, when not at the adapter of this mesh. */
  readonly wecomCallback: string | undefined;
}

export function outsideParts(env: Env): Outside {
  const given = (name: string): string | undefined => env[name] || undefined;
  return {
    kafkaBrokers: given('KAFKA_BROKERS'), databaseUrl: given('DATABASE_URL'), salesforce: given('SALESFORCE_URL'), salesforcePubsub: given('SALESFORCE_PUBSUB'),
    u8: given('U8_URL') ?? serverOf(given('U8_EAI_URL')), u8Eai: given('U8_EAI_URL'), esign: given(esignProvider(env) === 'fasc' ? 'FASC_URL' : 'ESIGN_URL'),
    esignProvider: esignProvider(env), contractCallback: given('CONTRACT_CALLBACK_URL'), carrier: given('SF_URL'), identity: given('OIDC_ISSUER'),
    wecom: given('WECOM_CORP_ID') ?? given('WECOM_CORP_ID_FILE') ?? given('WECOM_SECRET') ?? given('WECOM_SECRET_FILE'),
    wecomCallback: given('WECOM_CALLBACK_URL'),
  };
}

function serverOf(address: string | undefined): string | undefined {
  return address && (URL.parse(address)?.origin ?? address);
}

export const simulatorNames = ['salesforce', 'u8', 'esign', 'carrier', 'wecom', 'identity'] as const;
export type SimulatorName = (typeof simulatorNames)[number];

/** The simulators that this mesh runs itself: those whose address nobody gave. */
export function ownSimulators(outside: Outside, wanted: boolean): readonly SimulatorName[] {
  return wanted ? simulatorNames.filter((name) => outside[name] === undefined) : [];
}

/** Whether people are asked and told through WeCom: the company's own, or our simulator. */
export const usesWecom = (outside: Outside, simulators: readonly SimulatorName[]): boolean => outside.wecom !== undefined || simulators.includes('wecom');

/** The ports that this mesh will listen on itself. */
export function ownPorts(outside: Outside, simulators: readonly SimulatorName[]): readonly PortName[] {
  const own = new Set<PortName>(['gateway', 'contract', 'admin', ...simulators]);
  if (simulators.includes('salesforce')) own.add('salesforcePubsub');
  if (usesWecom(outside, simulators)) own.add('wecomAdapter');
  if (outside.kafkaBrokers === undefined) own.add('kafka');
  if (outside.databaseUrl === undefined) own.add('postgres');
  return portNames.filter((name) => own.has(name));
}
