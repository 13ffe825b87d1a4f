// Loaded into a process before anything else (--import): puts a sudden end into the one module that MESH_CRASH_AT names.
import { registerHooks } from 'node:module';
import { modulePath, pointNamed, withCrash } from './points.ts';

const [name = '', hits = '1'] = (process.env['MESH_CRASH_AT'] ?? '').split('#');
const point = pointNamed(name);
if (name !== '' && !point) throw new Error(`MESH_CRASH_AT: there is no crash point "${name}"`);

if (point) {
  const path = `/${modulePath(point, 'dist')}`;
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(path) || loaded.source === null || loaded.source === undefined) return loaded;
      return { ...loaded, source: withCrash(point, loaded.source.toString(), Number(hits)) };
    },
  });
}
