import { asyncapiOf } from './asyncapi.ts';
import { catalogueOf } from './catalogue.ts';
import { libraryOf, type SchemaFile } from './library.ts';
import { readRegistry, registryJson, registrySource, release } from './registry.ts';
import { typescriptOf } from './typescript.ts';

export interface Output {
  /** Below the project's folder. */
  readonly path: string;
  readonly text: string;
}

export const REGISTRY = 'contracts/registry.json';

/** Everything that follows from the schemas. Throws BAD_REQUEST for a schema at fault, CONTRACT_INCOMPATIBLE for one that breaks a reader. */
export function outputsOf(files: readonly SchemaFile[], registryText: string): readonly Output[] {
  const library = libraryOf(files);
  const registry = release(readRegistry(registryText), library);
  return [
    { path: REGISTRY, text: registryJson(registry) },
    { path: 'contracts/src/generated/messages.ts', text: typescriptOf(library) },
    { path: 'contracts/src/generated/registry.ts', text: registrySource(registry) },
    { path: 'docs/asyncapi.yaml', text: asyncapiOf(library) },
    { path: 'docs/events.md', text: catalogueOf(library) },
  ];
}
