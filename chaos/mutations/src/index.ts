export { misfits, mutationNamed, plant } from './apply.ts';
export { mutations } from './catalogue.ts';
export { replaceOnly, type Planted } from './loading.ts';
export { mutated, type Edit, type Mutation } from './mutation.ts';
