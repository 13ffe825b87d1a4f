import { noFaults, openClock, startSimulator, type Faults, type SimulatorClock } from '@order-mesh/simulator';
import type { Express, NextFunction, Request, Response } from 'express';
import { openIngestJobs } from './bulk/ingest-jobs.ts';
import { openQueryJobs } from './bulk/query-jobs.ts';
import { serverIdentity } from './certificate.ts';
import { openOrganisation, type Organisation } from './organisation.ts';
import { problem } from './problems.ts';
import { GAP_KINDS } from './events/log.ts';
import { startPubSub } from './pubsub/server.ts';
import { sobjectNamed, sobjects } from './records/schema.ts';
import { bulkIngestRoutes, bulkQueryRoutes } from './rest/bulk.ts';
import { collectionRoutes } from './rest/collections.ts';
import { limitRoutes } from './rest/limits.ts';
import { oauthRoutes } from './rest/oauth.ts';
import { queryRoutes } from './rest/query.ts';
import { fieldsOf, sendProblems } from './rest/reply.ts';
import { sobjectRoutes } from './rest/sobjects.ts';
import { ORGANISATION_ID, sampleRecords } from './seed.ts';
import { sessionsFor, type ConnectedApp, type Sessions } from './sessions.ts';
import { apiUsage, type Usage } from './usage.ts';
import { showRecord } from './records/view.ts';

/** The two apps every simulated organisation knows: the mesh itself, and the sales desk that places orders. */
export const MESH_APP: ConnectedApp = { clientId: 'order-mesh', clientSecret: 'order-mesh-secret', username: 'mesh@example.com' };
export const SALES_APP: ConnectedApp = { clientId: 'sales-desk', clientSecret: 'sales-desk-secret', username: 'sales@example.com' };

export interface SalesforceOptions {
  /** 0 takes any free port. */
  readonly restPort: number;
  readonly pubsubPort: number;
  /** The address of this machine to listen on; 127.0.0.1 if not named. */
  readonly address?: string | undefined;
  /** Keeps records, events and the certificate between runs; without it they end with the process. */
  readonly stateDir?: string | undefined;
  /** Seeds the rates of faults; 1 if not named. */
  readonly seed?: number;
  /** Further apps, or the same with other secrets. */
  readonly apps?: readonly ConnectedApp[];
  readonly sessionSeconds?: number;
  /** How long events can be read again; 72 hours as in Salesforce. */
  readonly retentionMs?: number;
  /** How often an idle subscription hears a keepalive; Salesforce promises 270 s. */
  readonly keepAliveMs?: number;
  /** How long a bulk job waits for its turn; 50 ms if not named. */
  readonly bulkPaceMs?: number;
  /** API calls in 24 hours; 1,000,000 if not named. */
  readonly dailyApiRequests?: number;
  /** Whether a flow of the organisation writes the id of an activated order into its Mesh_Order_Id__c; true if not named. */
  readonly linksOrders?: boolean;
  readonly now?: () => number;
}

/** A running organisation. */
export interface Salesforce {
  /** Base of REST and OAuth: login URL and instance URL in one. */
  readonly url: string;
  readonly port: number;
  readonly pubsubPort: number;
  /** host:port for a Pub/Sub client. */
  readonly pubsubEndpoint: string;
  /** PEM a Pub/Sub client may trust instead of trusting everything. */
  readonly certificate: string;
  readonly organisationId: string;
  readonly faults: Faults;
  readonly clock: SimulatorClock;
  close(): Promise<void>;
}

/** Starts Salesforce, seeded with the sample's accounts and products. Throws PORT_TAKEN naming the setting to change. */
export async function startSalesforce(options: SalesforceOptions): Promise<Salesforce> {
  const clock = openClock({ name: 'salesforce', stateDir: options.stateDir, runsBy: options.now });
  const { now } = clock;
  const faults = noFaults(options.seed ?? 1);
  const sessions = sessionsFor([MESH_APP, SALES_APP, ...(options.apps ?? [])], { sessionSeconds: options.sessionSeconds ?? 7_200, now });
  const usage = apiUsage(options.dailyApiRequests ?? USUAL_CALLS_A_DAY, now);
  const organisation = openOrganisation({ stateDir: options.stateDir, retentionMs: options.retentionMs ?? 72 * 3_600_000, now, linksOrders: () => options.linksOrders ?? true, seed: sampleRecords() });
  const bulk = { stateDir: options.stateDir, now, faults, paceMs: options.bulkPaceMs ?? 50 };
  const [queries, ingests] = [openQueryJobs(organisation.store, bulk), openIngestJobs(organisation, bulk)];
  const identity = serverIdentity(options.stateDir, now());
  const pubsub = await startPubSub({ log: organisation.log, sessions, faults, identity, port: options.pubsubPort, address: options.address, keepAliveMs: options.keepAliveMs ?? 270_000 });
  const close = () => {
    pubsub.close();
    queries.close();
    ingests.close();
    organisation.close();
  };
  const rest = await startSimulator({
    name: 'salesforce',
    port: options.restPort,
    address: options.address,
    portSetting: 'SALESFORCE_PORT',
    faults,
    clock,
    ledger: () => ledgerOf(organisation),
    routes: (app) => {
      levers(app, { organisation, sessions, usage, certificate: identity.certificate });
      limitRoutes(app, sessions, usage);
      app.get('/services/data', (_request, response) => void response.json([{ label: "Winter '25", url: '/services/data/v62.0', version: '62.0' }]));
      oauthRoutes(app, sessions, now);
      sobjectRoutes(app, { organisation, sessions });
      collectionRoutes(app, { organisation, sessions });
      queryRoutes(app, { organisation, sessions });
      bulkQueryRoutes(app, { sessions }, queries);
      bulkIngestRoutes(app, { sessions }, ingests);
      app.use(unknownResource, badBody);
    },
    onClose: close,
  }).catch((error: unknown) => {
    close();
    throw error;
  });
  const pubsubEndpoint = `127.0.0.1:${pubsub.port}`;
  return { ...rest, pubsubPort: pubsub.port, pubsubEndpoint, certificate: identity.certificate, organisationId: ORGANISATION_ID };
}

function ledgerOf({ store }: Organisation): object {
  return Object.fromEntries(sobjects.map(({ name }) => [name, [...store.all(name)].map((record) => showRecord(store, record, { version: 'v62.0' }))]));
}

const USUAL_CALLS_A_DAY = 1_000_000;
/** What stands for the records of an overflow, which nobody counts. */
const NO_RECORD = '000000000000000AAA';

interface Levered {
  readonly organisation: Organisation;
  readonly sessions: Sessions;
  readonly usage: Usage;
  readonly certificate: string;
}

// What a test can make happen that no client of Salesforce could
function levers(app: Express, { organisation, sessions, usage, certificate }: Levered): void {
  app.get('/_sim/certificate', (_request, response) => void response.type('application/x-pem-file').send(certificate));
  app.delete('/_sim/sessions', (_request, response) => {
    sessions.expireAll();
    response.status(204).end();
  });
  app.delete('/_sim/events', (_request, response) => {
    organisation.log.forget();
    response.status(204).end();
  });
  app.post('/_sim/apps', (request, response) => {
    const { clientId, clientSecret, publicKey, username } = fieldsOf(request.body);
    if (typeof clientId !== 'string' || typeof username !== 'string') return void response.status(400).json({ error: 'an app needs clientId and username' });
    sessions.register({ clientId, username, ...(typeof clientSecret === 'string' ? { clientSecret } : {}), ...(typeof publicKey === 'string' ? { publicKey } : {}) });
    response.status(204).end();
  });
  app.post('/_sim/limits', (request, response) => {
    const { dailyApiRequests } = fieldsOf(request.body);
    if (typeof dailyApiRequests !== 'number') return void response.status(400).json({ error: 'say {"dailyApiRequests": 1000}' });
    usage.allow(dailyApiRequests);
    response.status(204).end();
  });
  app.post('/_sim/locks', (request, response) => {
    const { recordIds, times = 1 } = fieldsOf(request.body);
    if (!Array.isArray(recordIds) || typeof times !== 'number') return void response.status(400).json({ error: 'say which recordIds, and how many times they refuse to be written' });
    organisation.locks.hold(recordIds.map(String), times);
    response.status(204).end();
  });
  app.post('/_sim/gaps', (request, response) => {
    const { sobject, recordIds, kind: wanted = 'GAP_UPDATE' } = fieldsOf(request.body);
    const type = sobjectNamed(String(sobject));
    const kind = GAP_KINDS.find((one) => one === wanted);
    const meant = kind === 'GAP_OVERFLOW' ? [NO_RECORD] : recordIds;
    if (!type || !kind || !Array.isArray(meant)) return void response.status(400).json({ error: `a gap needs sobject, recordIds, and a kind of ${GAP_KINDS.join(', ')}` });
    organisation.reportGap({ sobject: type.name, kind, recordIds: meant.map(String) });
    response.status(204).end();
  });
}

function unknownResource(request: Request, response: Response): void {
  sendProblems(response, [problem('NOT_FOUND', `The requested resource does not exist: ${request.method} ${request.path}`, { status: 404 })]);
}

// Express knows an error handler by its four parameters
function badBody(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  const message = error instanceof Error ? error.message : String(error);
  const status = Number(fieldsOf(error)['status'] ?? 500);
  sendProblems(response, [status < 500 ? problem('JSON_PARSER_ERROR', message, { status }) : problem('UNKNOWN_EXCEPTION', message, { status: 500 })]);
}
