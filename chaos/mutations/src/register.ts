// Plants the bug that MESH_MUTATION names in a process of the mesh: NODE_OPTIONS="--import <this file, built>".
import { mutationNamed, plant } from './apply.ts';
import { mutationAsked } from './config.ts';

const name = mutationAsked();
if (name !== undefined && name !== '') plant(mutationNamed(name));
