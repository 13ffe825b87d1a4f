import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ScaledObject, TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { PrometheusRule, ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { parseAllDocuments } from 'yaml';
import { findTool } from '../../tools/fetch.mjs';

export const CHART = fileURLToPath(new URL('../order-mesh', import.meta.url));
export const EXAMPLES = fileURLToPath(new URL('../examples', import.meta.url));
/** One of those the chart says it is for; a Helm built from source takes itself for a very old one. */
const KUBERNETES = '1.34.0';

export const helm = await findTool('helm');
const schemas = await findTool('kubernetes-schemas');
export const withHelm = helm === undefined ? describe.skip : describe;
export const withSchemas = helm === undefined || schemas === undefined ? describe.skip : describe;
if (helm === undefined) process.stderr.write('SKIPPED: everything about the Helm chart, because there is no helm\n');
if (schemas === undefined) process.stderr.write('SKIPPED: whether Kubernetes takes what the Helm chart makes, because there are no schemas\n');

/** What of an object the tests look at, as if all kinds had all of it: a test names the fields it expects, and fails where they are not. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: Spec;
  readonly data?: Readonly<Record<string, string>>;
  readonly automountServiceAccountToken?: boolean;
}

interface Spec {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly template: { readonly metadata: { readonly labels: Readonly<Record<string, string>> }; readonly spec: Pod };
  readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly triggers: readonly object[];
  readonly endpoints: readonly object[];
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string; readonly record?: string }[] }[];
  readonly rules: readonly { readonly http: { readonly paths: readonly { readonly path: string; readonly backend: { readonly service: { readonly name: string } } }[] } }[];
}

/** What a network policy lets through. */
export interface Rule {
  readonly to?: readonly unknown[];
  readonly from?: readonly unknown[];
  readonly ports: readonly { readonly port: number; readonly protocol: string }[];
}

interface Pod {
  readonly containers: readonly [Container, ...Container[]];
  readonly initContainers?: unknown;
  readonly securityContext: object;
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly topologySpreadConstraints: readonly { readonly topologyKey: string; readonly labelSelector: unknown }[];
  readonly volumes: readonly { readonly name: string; readonly projected?: { readonly sources: readonly Projected[] | null } }[];
}

interface Container {
  readonly args: readonly [string];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: object;
  readonly resources: object;
  readonly volumeMounts: readonly { readonly name: string; readonly readOnly?: boolean }[];
  readonly startupProbe: { readonly httpGet: object };
  readonly livenessProbe: { readonly httpGet: object };
  readonly readinessProbe: { readonly httpGet: object };
}

interface Projected {
  readonly secret: { readonly name: string; readonly items: readonly { readonly key: string; readonly path: string }[] };
}

export interface Told {
  readonly status: number | null;
  readonly output: string;
}

export function runHelm(...args: readonly string[]): Told {
  const { status, stdout, stderr } = spawnSync(helm ?? '', args, { encoding: 'utf8', maxBuffer: 64_000_000 });
  return { status, output: `${stdout}${stderr}` };
}

/** No chart without an issuer: where a test names no values of its own, with this one. */
export const withIssuer = (args: readonly string[]): readonly string[] => (args.includes('--values') ? args : ['--set', 'oidc.issuer=https://login.example.com', ...args]);

/** All objects that the chart makes of these arguments of `helm template`. */
export function render(args: readonly string[], chart = CHART): readonly KubernetesObject[] {
  const { status, stdout, stderr } = spawnSync(helm ?? '', ['template', 'mesh', chart, '--namespace', 'sales', '--kube-version', KUBERNETES, ...withIssuer(args)], { encoding: 'utf8', maxBuffer: 64_000_000 });
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  }).filter((object) => object !== null);
}

export const example = (name: string): readonly string[] => ['--values', `${EXAMPLES}/${name}.yaml`];

export function ofKind(objects: readonly KubernetesObject[], kind: string): readonly KubernetesObject[] {
  return objects.filter((object) => object.kind === kind);
}

export function named(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}; there are ${ofKind(objects, kind).map(({ metadata }) => metadata.name).join(', ')}`);
  return found;
}

/** Deployments and jobs: whatever makes pods. */
export const workloads = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] => objects.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');

const OPERATORS = { ScaledObject, TriggerAuthentication, ServiceMonitor, PrometheusRule };
const VERSIONS: Readonly<Record<string, string>> = {
  'v1': 'io.k8s.api.core.v1', 'apps/v1': 'io.k8s.api.apps.v1', 'batch/v1': 'io.k8s.api.batch.v1', 'policy/v1': 'io.k8s.api.policy.v1', 'networking.k8s.io/v1': 'io.k8s.api.networking.v1',
};

/** Says what Kubernetes, or the operator whose kind it is, would not take of these objects: unknown fields of its own kinds, too. */
export function complaints(objects: readonly KubernetesObject[]): readonly string[] {
  const definitions = JSON.parse(readFileSync(schemas ?? '', 'utf8'));
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'kubernetes', $defs: definitions.$defs });
  return objects.flatMap((object) => {
    const name = `${object.kind} ${object.metadata.name}`;
    const operator = Object.entries(OPERATORS).find(([kind]) => kind === object.kind)?.[1];
    if (operator !== undefined) return refusedBy(() => { Reflect.construct(operator, [object]).validate(); }).map((why) => `${name}: ${why}`);
    const version = VERSIONS[object.apiVersion];
    if (version === undefined) return [`${name}: nobody knows ${object.apiVersion}`];
    const validate = ajv.getSchema(`kubernetes#/$defs/${version}.${object.kind}`);
    if (validate === undefined) return [`${name}: nobody knows its kind`];
    validate(object);
    return (validate.errors ?? []).map(({ instancePath, message, params }) => `${name}: ${instancePath} ${message} ${JSON.stringify(params)}`);
  });
}

function refusedBy(validate: () => void): readonly string[] {
  try {
    validate();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
