import { example, named, ofKind, render, withHelm, workloads, type KubernetesObject, type Rule } from './chart.ts';

const CASES: readonly (readonly [string, readonly string[]])[] = [['as it comes', []], ...['everything', 'external', 'little'].map((name) => [`with ${name}.yaml`, example(name)] as const)];

describe('S25: what the chart makes', () => {
  withHelm('every pod, whatever is set', () => {
    it.each(CASES)('%s keeps to the restricted standard for pods', (_, args) => {
      const made = workloads(render(args));
      expect(made.length).toBeGreaterThan(12);
      for (const { metadata, spec: { template: { spec } } } of made) {
        const [container, ...more] = spec.containers;
        expect([metadata.name, more, spec.initContainers]).toEqual([metadata.name, [], undefined]);
        expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } });
        expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ['ALL'] } });
        expect([spec.automountServiceAccountToken, spec.enableServiceLinks, spec.hostNetwork, spec.hostPID, spec.hostIPC]).toEqual([false, false, undefined, undefined, undefined]);
        expect(container.resources).toEqual({ requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { cpu: expect.any(String), memory: expect.any(String) } });
        expect(spec.volumes.flatMap((volume) => Object.keys(volume)).filter((key) => !['name', 'emptyDir', 'projected', 'configMap'].includes(key))).toEqual([]);
        expect(container.volumeMounts.filter(({ readOnly }) => readOnly !== true)).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
      }
      for (const account of ofKind(render(args), 'ServiceAccount')) expect(account.automountServiceAccountToken).toBe(false);
    });

    it('has no secret in it: only where one is', () => {
      const objects = CASES.flatMap(([, args]) => render(args));
      expect(ofKind(objects, 'Secret')).toEqual([]);
      const settings = workloads(objects).flatMap(({ spec }) => spec.template.spec.containers[0].env).filter(({ name }) => /SECRET|PASSWORD|KEY|TOKEN|CHECKWORD/.test(name));
      expect(settings.length).toBeGreaterThan(50);
      expect(settings.filter(({ name, value }) => !name.endsWith('_FILE') || !value.startsWith('/run/order-mesh/'))).toEqual([]);
    });

    it('is asked whether it lives and is ready, and has as long to end as it needs', () => {
      for (const { spec: { template: { spec } } } of ofKind(render([]), 'Deployment')) {
        const [{ startupProbe, livenessProbe, readinessProbe }] = spec.containers;
        expect([startupProbe.httpGet, livenessProbe.httpGet, readinessProbe.httpGet]).toEqual([{ path: '/health/live', port: 'metrics' }, { path: '/health/live', port: 'metrics' }, { path: '/health/ready', port: 'metrics' }]);
        // a service gives itself 25 s
        expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(25);
      }
    });

    it('goes one at a time, and its likes stand on other machines', () => {
      const objects = render([]);
      for (const { metadata, spec } of ofKind(objects, 'Deployment')) {
        expect(named(objects, 'PodDisruptionBudget', metadata.name).spec).toEqual({ maxUnavailable: 1, selector: spec.selector });
        expect(spec.template.spec.topologySpreadConstraints.map((one) => [one.topologyKey, one.labelSelector]))
          .toEqual([['kubernetes.io/hostname', spec.selector], ['topology.kubernetes.io/zone', spec.selector]]);
        expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      }
    });
  });

  withHelm('who may speak to whom', () => {
    const objects = (args: readonly string[] = []): readonly KubernetesObject[] => ofKind(render(args), 'NetworkPolicy');
    const ports = (rules: readonly Rule[] = []): readonly number[] => rules.flatMap((rule) => rule.ports.map(({ port }) => port));

    it('is nobody, unless it is said', () => {
      const nothing = named(objects(), 'NetworkPolicy', 'mesh-order-mesh-nothing').spec;
      expect(nothing).toEqual({ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'order-mesh', 'app.kubernetes.io/instance': 'mesh' } }, policyTypes: ['Ingress', 'Egress'] });
      for (const { spec } of workloads(render([]))) expect(spec.template.metadata.labels).toMatchObject(nothing.podSelector.matchLabels);
    });

    it('lets every service reach names, Kafka and PostgreSQL, and be measured', () => {
      const servers = named(objects(), 'NetworkPolicy', 'mesh-order-mesh-servers').spec;
      expect(ports(servers.egress)).toEqual([53, 53, 9092, 5432]);
      expect(ports(named(objects(), 'NetworkPolicy', 'mesh-order-mesh-metrics').spec.ingress)).toEqual([9464]);
      const narrow = named(objects(example('external')), 'NetworkPolicy', 'mesh-order-mesh-servers').spec.egress;
      expect(narrow?.slice(1)).toEqual([
        { ports: [{ port: 9094, protocol: 'TCP' }, { port: 9095, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.1.0.0/24' } }] },
        { ports: [{ port: 6432, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.2.0.5/32' } }] },
      ]);
      expect(ports(named(objects(example('everything')), 'NetworkPolicy', 'mesh-order-mesh-servers').spec.egress)).toEqual([53, 53, 9092, 5432, 8081]);
    });

    it('lets out only those who speak to partners or to the identity provider, and nobody to the credentials of the machine', () => {
      const out = objects().filter(({ metadata, spec }) => spec.egress && !metadata.name.endsWith('-servers')).map(({ metadata, spec }) => [metadata.labels['app.kubernetes.io/component'], ports(spec.egress)]);
      expect(out).toEqual([['contract', [443]], ['crm-adapter', [443, 7443]], ['erp-adapter', [443]], ['gateway', [443]], ['logistics', [443]]]);
      for (const { metadata, spec } of objects()) if (spec.egress && !metadata.name.endsWith('-servers')) expect(spec.egress[0]?.to).toEqual([{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }]);
    });

    it('lets in only those to whom somebody speaks', () => {
      const ingress = (args: readonly string[]): readonly unknown[] => objects(args).filter(({ metadata, spec }) => spec.ingress && !metadata.name.endsWith('-metrics'))
        .map(({ metadata, spec }) => [metadata.labels['app.kubernetes.io/component'], ports(spec.ingress), spec.ingress?.[0]?.from]);
      const fromIngress = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }];
      expect(ingress([])).toEqual([['contract', [8085], [{ podSelector: {} }]], ['gateway', [8080], [{ podSelector: {} }]]]);
      expect(ingress(example('everything'))).toEqual([['contract', [8085], fromIngress], ['gateway', [8080], fromIngress], ['wecom-adapter', [8087], fromIngress]]);
    });
  });
});
