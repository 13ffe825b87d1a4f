const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether an address, of whatever protocol or none, is this machine's own: nobody on the way hears or changes what is said there. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.has(URL.parse(address.includes('://') ? address : `any://${address}`)?.hostname ?? '');
}
