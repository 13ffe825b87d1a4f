export { misfits, mutationNamed, plant } from './apply.ts';
export { mutations } from './catalogue.ts';
export { changeWhileLoading, replaceOnly, type Planted } from './loading.ts';
export { mutated, type Edit, type Mutation } from './mutation.ts';

/** To be imported before a process of the mesh starts (`node --import`): it plants what `MESH_MUTATION` names. */
export const registerUrl = new URL('./register.js', import.meta.url.replace('/src/', '/dist/')).href;
