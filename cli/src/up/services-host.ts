import { host } from './host.ts';
import { bootMesh } from './services.ts';

await host('services', () => bootMesh(process.env));
