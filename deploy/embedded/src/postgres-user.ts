import { run } from '../processes.mjs';

const AS_ANOTHER = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'];
// may enter root's folders, as the temporary ones of tests are
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--'];

/**
 * What goes before a program that refuses to be root; nothing for an ordinary user. Root looks to the program like user 1000,
 * by a user namespace, and still owns the files; where the kernel allows none (many containers) the program runs as `nobody`.
 */
export async function unprivileged(): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return [];
  const { code } = await run([...AS_ANOTHER, 'true'], { stdio: 'collect' });
  return code === 0 ? AS_ANOTHER : AS_NOBODY;
}
