import { cpSync, mkdtempSync, rmSync, unlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programNames } from '@order-mesh/container';
import { readConfig, readPlatformConfig, type PlatformConfig } from '@order-mesh/platform';
import { CHART, complaints, example, named, ofKind, render, runHelm, withHelm, withIssuer, withSchemas, workloads, type KubernetesObject } from './chart.ts';

const SERVICES = programNames.filter((name) => name !== 'prepare');
const CASES: readonly (readonly [string, readonly string[]])[] = [['as it comes', []], ...['everything', 'external', 'little'].map((name) => [`with ${name}.yaml`, example(name)] as const)];

withSchemas('what the chart makes', () => {
  it.each(CASES)('%s is taken by Kubernetes 1.37 and by the operators', (_, args) => {
    expect(complaints(render(args))).toEqual([]);
  }, 60_000);

  it('would be complained of if it had a field that there is not, or none that there has to be', () => {
    const deployment = named(render([]), 'Deployment', 'mesh-order-mesh-credit');
    expect(complaints([{ ...deployment, spec: Object.assign({ replica: 2 }, deployment.spec) }])).toEqual([expect.stringContaining('"replica"')]);
    expect(complaints([{ ...deployment, kind: 'ScaledObject' }])).toEqual([expect.stringContaining('scaleTargetRef')]);
  }, 60_000);
});

withHelm('the chart', () => {
  it.each(CASES)('%s is as Helm wants charts', (_, args) => {
    expect(runHelm('lint', '--strict', CHART, ...withIssuer(args))).toMatchObject({ status: 0 });
  });

  it('runs every service of the image but WeCom\'s, which has to be set up first', () => {
    const run = ofKind(render([]), 'Deployment').map(({ spec }) => spec.template.spec.containers[0].args[0]).sort();
    expect(run).toEqual(SERVICES.filter((name) => name !== 'wecom-adapter'));
    expect(ofKind(render(example('everything')), 'Deployment')).toHaveLength(SERVICES.length);
  });

  it('prepares before anything is installed or upgraded, and then no service migrates', () => {
    const objects = render([]);
    expect(named(objects, 'Job', 'mesh-order-mesh-prepare').metadata.annotations).toEqual({ 'helm.sh/hook': 'pre-install,pre-upgrade', 'helm.sh/hook-delete-policy': 'before-hook-creation' });
    expect(settingsOf(named(objects, 'Deployment', 'mesh-order-mesh-credit'))).toMatchObject({ DATABASE_MIGRATE: 'false' });
    expect(settingsOf(named(render(example('little')), 'Deployment', 'mesh-order-mesh-credit'))).toMatchObject({ DATABASE_MIGRATE: 'true' });
  });

  it.each([
    ['services.credit.replicas is 13, but a topic has 12 partitions', ['services.credit.replicas=13']],
    ['services.credit.autoscaling.maxReplicas is 24, but a topic has 12 partitions (kafka.partitions): a replica more gets nothing to do', ['services.credit.autoscaling.enabled=true', 'services.credit.autoscaling.maxReplicas=24']],
    ['services.credit.autoscaling.maxReplicas is 2, below its 3 replicas', ['services.credit.autoscaling.enabled=true', 'services.credit.autoscaling.maxReplicas=2', 'services.credit.replicas=3']],
    ['services.audit.secrets.AUDIT_KEY must name the secret', ['services.audit.secrets=null']],
    ['oidc.issuer must be the address of the identity provider', ['oidc.issuer=']],
    ['services', ['services.billing.replicas=1']],
    ['brokers', ['kafka.brokers[0]=kafka']],
    ['ingress.hostname must be set', ['ingress.enabled=true']],
  ])('refuses what could not work: %s', (why, values) => {
    expect(() => render(values.flatMap((value) => ['--set', value]))).toThrow(why);
  });

  it('scales by how far a service is behind, never beyond the partitions', () => {
    const scaled = ofKind(render(example('external')), 'ScaledObject');
    expect(scaled).toHaveLength(13);
    for (const { spec } of scaled) expect([spec.minReplicaCount, spec.maxReplicaCount]).toEqual([2, 24]);
    const credit = named(scaled, 'ScaledObject', 'mesh-order-mesh-credit');
    expect(credit.spec.triggers).toEqual([{
      type: 'kafka',
      metadata: {
        bootstrapServers: 'kafka-1.example.com:9094,kafka-2.example.com:9094,kafka-3.example.com:9095', consumerGroup: 'credit', lagThreshold: '200', activationLagThreshold: '0',
        offsetResetPolicy: 'earliest', sasl: 'scram_sha512', tls: 'enable',
      },
      authenticationRef: { name: 'mesh-order-mesh-kafka' },
    }]);
    expect(named(render(example('external')), 'Deployment', 'mesh-order-mesh-credit').spec).not.toHaveProperty('replicas');
  });

  it('has Prometheus look at every service, and alerts with the words that Prometheus fills in', () => {
    const objects = render(example('everything'));
    expect(named(objects, 'ServiceMonitor', 'mesh-order-mesh').spec.endpoints[0]).toMatchObject({ port: 'metrics', honorLabels: true });
    const rules = named(objects, 'PrometheusRule', 'mesh-order-mesh').spec.groups.flatMap((group) => group.rules);
    expect(rules.find(({ alert }) => alert === 'OrdersFail')).toMatchObject({ annotations: { summary: 'Orders fail: {{ $value | humanizePercentage }} of those that ended in the last hour' } });
    expect(rules.filter(({ record }) => record?.startsWith('mesh:orders_failed:'))).toHaveLength(5);
  });

  it('makes a ConfigMap of each dashboard', () => {
    const folder = mkdtempSync(join(tmpdir(), 'order-mesh-chart-'));
    try {
      cpSync(CHART, folder, { recursive: true });
      unlinkSync(join(folder, 'dashboards'));
      mkdirSync(join(folder, 'dashboards'));
      const dashboard = JSON.stringify({ title: '订单', panels: [{ legendFormat: '{{service}}' }] });
      writeFileSync(join(folder, 'dashboards/Business_View.json'), dashboard);
      const made = named(render(['--set', 'dashboards.enabled=true'], folder), 'ConfigMap', 'mesh-order-mesh-dashboard-business-view');
      expect(made.data).toEqual({ 'Business_View.json': dashboard });
      expect(made.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('leads partners that call back past the gateway', () => {
    const [rule] = named(render(example('everything')), 'Ingress', 'mesh-order-mesh').spec.rules;
    expect(rule?.http.paths.map(({ path, backend }) => `${path} ${backend.service.name}`)).toEqual([
      '/v1/callbacks/esign mesh-order-mesh-contract', '/v1/callbacks/fasc mesh-order-mesh-contract', '/v1/callbacks/wecom mesh-order-mesh-wecom-adapter', '/ mesh-order-mesh-gateway',
    ]);
  });
});

withHelm('what a service is told by the chart', () => {
  it('is read by it as it was meant', () => {
    const told = understood(named(render(example('external')), 'Deployment', 'mesh-order-mesh-finance'));
    expect(told).toMatchObject({
      kafkaBrokers: ['kafka-1.example.com:9094', 'kafka-2.example.com:9094', 'kafka-3.example.com:9095'], partitions: 24, migrate: false, databaseRoles: true, databaseConnections: 5,
      kafkaSecurity: {
        tls: { ca: 'mesh-kafka-tls/ca.crt', cert: 'mesh-kafka-tls/tls.crt', key: 'mesh-kafka-tls/tls.key' },
        sasl: { mechanism: 'SCRAM-SHA-512', username: 'mesh-kafka/username', password: 'mesh-kafka/password' },
      },
      databaseUrl: 'postgres://mesh%40tenant:mesh-postgres%2Fpassword@postgres.example.com:6432/mesh?sslmode=verify-full&sslrootcert=/run/order-mesh/postgresql/ca.crt',
    });
  });

  it('is its own where it has a login of its own', () => {
    expect(understood(named(render(example('external')), 'Deployment', 'mesh-order-mesh-credit'))).toMatchObject({
      kafkaSecurity: { sasl: { username: 'credit-kafka/username' } }, databaseUrl: expect.stringContaining('postgres://credit-login:credit-postgres%2Fpassword@'),
    });
    const prepare = named(render(example('external')), 'Job', 'mesh-order-mesh-prepare');
    expect(settingsOf(prepare)).toMatchObject({ DATABASE_GRANTS: 'order_mesh_host=mesh@tenant, credit=credit-login' });
    expect(understood(prepare)).toMatchObject({
      kafkaSecurity: { sasl: { username: 'mesh-kafka-admin/username' } }, databaseUrl: expect.stringContaining('postgres://owner:mesh-postgres-owner%2Fowner-password@'),
    });
  });

  it.each(CASES)('%s is understood by all of them', (_, args) => {
    for (const workload of workloads(render(args))) expect(understood(workload).logLevel).toBe('info');
  });
});

function settingsOf({ spec }: KubernetesObject): Readonly<Record<string, string>> {
  return Object.fromEntries(spec.template.spec.containers[0].env.map(({ name, value }) => [name, value]));
}

/** The platform's own reading of a container's settings; each file of a secret holds "<secret>/<key>". */
function understood(workload: KubernetesObject): PlatformConfig {
  const { volumes } = workload.spec.template.spec;
  const sources = volumes.find(({ name }) => name === 'secrets')?.projected?.sources ?? [];
  const files = new Map<string, string>(sources.flatMap(({ secret }) => secret.items.map(({ key, path }) => [`/run/order-mesh/${path}`, `${secret.name}/${key}`] as const)));
  const readFile = (path: string): string => {
    const found = files.get(path);
    if (found === undefined) throw new Error(`${workload.metadata.name} has no ${path}`);
    return found;
  };
  return readConfig(settingsOf(workload), readFile, readPlatformConfig);
}
