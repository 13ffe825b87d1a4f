import type { Express } from 'express';
import { problem } from '../problems.ts';
import type { Sessions } from '../sessions.ts';
import type { Usage } from '../usage.ts';
import { authorised, sendProblems } from './reply.ts';

/** Counts every call of the REST and Bulk APIs, says in each answer how many there were, and refuses what is too much. */
export function limitRoutes(app: Express, sessions: Sessions, usage: Usage): void {
  app.use('/services/data', (_request, response, next) => {
    const isGranted = usage.take();
    response.set('Sforce-Limit-Info', `api-usage=${usage.used}/${usage.most}`);
    if (!isGranted) return sendProblems(response, [problem('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', { status: 403 })]);
    next();
  });
  app.get('/services/data/:version/limits', authorised(sessions, ({ response }) => {
    response.json({ DailyApiRequests: { Max: usage.most, Remaining: Math.max(0, usage.most - usage.used) } });
  }));
}
