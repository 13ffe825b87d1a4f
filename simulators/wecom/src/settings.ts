import { objectIn, type WecomSettings } from './office.ts';

export const USUAL_SETTINGS: WecomSettings = { tokenSeconds: 7_200, callsPerMinute: 0, decideAfterMs: -1, decision: 'approve', callbackCopies: 1 };

/** What is wrong with settings that came over HTTP, in words. */
export function settingsProblem(given: unknown): string | undefined {
  const wrong = Object.entries(objectIn(given)).find(([name, value]) => {
    if (name === 'decision') return value !== 'approve' && value !== 'reject';
    return !Object.hasOwn(USUAL_SETTINGS, name) || typeof value !== 'number';
  });
  return wrong && `settings: ${wrong[0]} can't be ${JSON.stringify(wrong[1])}; there are ${Object.keys(USUAL_SETTINGS).join(', ')}`;
}
