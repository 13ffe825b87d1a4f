// Loaded into a process before anything else (--import): puts a sudden end into the one module that MESH_CRASH_AT names.
import { changeWhileLoading } from '@order-mesh/mutations';
import { modulePath, pointNamed, withCrash } from './points.ts';

const [name = '', hits = '1'] = (process.env['MESH_CRASH_AT'] ?? '').split('#');
const point = pointNamed(name);
if (name !== '' && !point) throw new Error(`MESH_CRASH_AT: there is no crash point "${name}"`);

if (point) changeWhileLoading(modulePath(point, 'dist'), (source) => withCrash(point, source, Number(hits)));
