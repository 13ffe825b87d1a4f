export { programNamed, programNames } from './programs.ts';
