import type { Express, Request, Response } from 'express';
import { createServer } from 'node:net';
import { openClock, startSimulator, type Simulator } from '@order-mesh/simulator';
import type Provider from 'oidc-provider';
import { signingKeys } from './keys.ts';
import { openMemory } from './memory.ts';
import { signInPage } from './page.ts';
import { AUDIENCE, people } from './people.ts';
import { openProvider } from './provider.ts';

/** What can be chosen about the identity provider; everything but the port has a usual value. */
export interface IdentityOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** The address of this machine to listen on; 127.0.0.1 if not named. */
  readonly address?: string | undefined;
  /** Where its keys and sessions are kept between starts; without it, it makes new ones. */
  readonly stateDir?: string | undefined;
  /** How it calls itself where people reach it elsewhere than at its own address. */
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** A running identity provider. */
export interface IdentitySimulator extends Simulator {
  readonly issuer: string;
}

/** Who signed in, as tests want to know it. */
interface SignIn {
  readonly person: string;
  readonly client: string;
}

/** Starts the identity provider of the demo's company. Throws PORT_TAKEN when someone else listens there. */
export async function startIdentity({ port: wanted, address, stateDir, issuer: given, audience = AUDIENCE }: IdentityOptions): Promise<IdentitySimulator> {
  const port = wanted === 0 ? await anyPort() : wanted;
  const issuer = given ?? `http://127.0.0.1:${port}`;
  const provider = openProvider({ issuer, audience, keys: await signingKeys(stateDir), memory: openMemory(stateDir) });
  const signIns: SignIn[] = [];
  const simulator = await startSimulator({
    name: 'identity', port, address, portSetting: 'IDENTITY_PORT', clock: openClock({ name: 'identity' }), ledger: () => ({ signIns }),
    routes: (app) => { addRoutes(app, provider, signIns); },
  });
  return { ...simulator, issuer };
}

function addRoutes(app: Express, provider: Provider, signIns: SignIn[]): void {
  app.get('/interaction/:uid', (request, response) => answer(response, async () => {
    const { uid } = await provider.interactionDetails(request, response);
    // a form posts to where it came from, and to nowhere else
    response.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'").type('html').send(signInPage(uid));
  }));
  app.post('/interaction/:uid', (request, response) => answer(response, async () => {
    const { params } = await provider.interactionDetails(request, response);
    const person = people.find(({ name }) => name === personIn(request));
    if (!person) return void response.status(400).type('text').send('nobody of that name works here\n');
    if (signIns.length < MOST_KEPT) signIns.push({ person: person.name, client: String(params['client_id']) });
    await provider.interactionFinished(request, response, { login: { accountId: person.name } }, { mergeWithLastSubmission: false });
  }));
  app.use(provider.callback());
}

const MOST_KEPT = 10_000;

async function answer(response: Response, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!response.headersSent) response.status(400).type('text').send(`${error instanceof Error ? error.message : String(error)}; begin to sign in anew\n`);
  }
}

function personIn({ body }: Request): unknown {
  return typeof body === 'object' && body !== null && 'person' in body ? body.person : undefined;
}

/** The issuer's name has the port in it, so that it must be known before. */
function anyPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => { resolve(typeof address === 'object' && address ? address.port : 0); });
    });
  });
}
