import { mutationNamed, registerUrl } from '@order-mesh/mutations';

/** The environment that plants a bug in every service. Throws with all there are when there is none of this name. */
export function mutationEnv(name: string): Readonly<Record<string, string>> {
  return { MESH_MUTATION: mutationNamed(name).name, NODE_OPTIONS: `--import ${registerUrl}` };
}
