import { MeshError, seconds } from '@order-mesh/kernel';

const MOST_STEPS = 10;
const ANSWER_WITHIN = seconds(10);

/** Signs somebody in at the demo's provider as a browser would: follows its redirects, keeps its cookies, fills in its form. Gives the address that it is sent back to. */
export async function walkThrough(begin: URL, redirectUri: string, who: string): Promise<URL> {
  const cookies = new Map<string, string>();
  const visit = async (url: URL, form?: URLSearchParams): Promise<Response> => {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET', redirect: 'manual', signal: AbortSignal.timeout(ANSWER_WITHIN),
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }, ...(form && { body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  let response = await visit(begin);
  for (let [step, at] = [0, begin]; step < MOST_STEPS; step += 1) {
    const location = response.headers.get('location');
    if (location === null) {
      const page = await response.text();
      response = await visit(at, new URLSearchParams({ person: personOn(page, who) }));
      continue;
    }
    at = new URL(location, at);
    if (at.href.startsWith(redirectUri)) return at;
    response = await visit(at);
  }
  throw new MeshError('NOT_SIGNED_IN', { advice: 'the demo\'s identity provider leads in circles; look at .mesh/logs/simulators.log' });
}

/** The button for somebody, by name or account. */
function personOn(page: string, who: string): string {
  const people = [...page.matchAll(/<button name="person" value="([^"]+)">[^<]*?\(([^)]+)\)/g)].map(([, name = '', account = '']) => ({ name, account }));
  const found = people.find(({ name, account }) => name === who || account === who);
  if (found) return found.name;
  if (people.length === 0) throw new MeshError('NOT_SIGNED_IN', { advice: `the demo's identity provider says: ${page.slice(0, 200).trim()}` });
  throw new MeshError('NOT_SIGNED_IN', { advice: `nobody of the demo is called ${who}; there are ${people.map(({ name, account }) => `${name} (${account})`).join(', ')}` });
}
