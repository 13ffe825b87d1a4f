import type { Express, Request } from 'express';
import { ORGANISATION_ID } from '../seed.ts';
import type { Session, Sessions } from '../sessions.ts';
import { fieldsOf, sendProblems, sessionOf } from './reply.ts';
import { problem } from '../problems.ts';

/** Signing in (client credentials, JWT bearer), and who one is. */
export function oauthRoutes(app: Express, sessions: Sessions, now: () => number): void {
  app.post('/services/oauth2/token', (request, response) => {
    const session = sessions.signIn(fieldsOf(request.body), instanceUrl(request));
    if ('error' in session) return void response.status(400).json(session);
    response.json({
      access_token: session.token,
      signature: Buffer.from(session.token).toString('base64').slice(0, 44),
      scope: 'api refresh_token',
      instance_url: instanceUrl(request),
      id: identityUrl(request, session),
      token_type: 'Bearer',
      issued_at: String(now()),
    });
  });
  app.get(['/services/oauth2/userinfo', '/id/:organisation/:user'], (request, response) => {
    const session = sessionOf(sessions, request);
    if (!session) return void sendProblems(response, [problem('INVALID_SESSION_ID', 'Session expired or invalid', { status: 401 })]);
    response.json({
      sub: identityUrl(request, session),
      id: identityUrl(request, session),
      user_id: session.userId,
      organization_id: ORGANISATION_ID,
      preferred_username: session.username,
      username: session.username,
      name: session.clientId,
      active: true,
    });
  });
}

function instanceUrl(request: Request): string {
  return `${request.protocol}://${request.get('host') ?? '127.0.0.1'}`;
}

function identityUrl(request: Request, session: Session): string {
  return `${instanceUrl(request)}/id/${ORGANISATION_ID}/${session.userId}`;
}
