{{- define "order-mesh.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "order-mesh.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "order-mesh.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "order-mesh.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "order-mesh.selector" -}}
app.kubernetes.io/name: {{ include "order-mesh.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "order-mesh.labels" -}}
{{ include "order-mesh.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "order-mesh.annotations" -}}
{{- with .Values.commonAnnotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "order-mesh.image" -}}
{{- $registry := default .Values.image.registry .Values.global.imageRegistry -}}
{{- $name := ternary .Values.image.repository (printf "%s/%s" $registry .Values.image.repository) (empty $registry) -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $name .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "order-mesh.serviceAccount" -}}
{{- ternary (default (include "order-mesh.fullname" .) .Values.serviceAccount.name) (default "default" .Values.serviceAccount.name) .Values.serviceAccount.create -}}
{{- end -}}

{{/* One service with what every service has: as JSON, because a template gives text. Fails where it could not run. */}}
{{- define "order-mesh.service" -}}
{{- $service := mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (index .root.Values.services .name | default dict)) -}}
{{- $partitions := int .root.Values.kafka.partitions -}}
{{- if gt (int $service.replicas) $partitions -}}
{{- fail (printf "services.%s.replicas is %d, but a topic has %d partitions (kafka.partitions): a replica more gets nothing to do" .name (int $service.replicas) $partitions) -}}
{{- end -}}
{{- if and $service.autoscaling.enabled (gt (int $service.autoscaling.maxReplicas) $partitions) -}}
{{- fail (printf "services.%s.autoscaling.maxReplicas is %d, but a topic has %d partitions (kafka.partitions): a replica more gets nothing to do" .name (int $service.autoscaling.maxReplicas) $partitions) -}}
{{- end -}}
{{- if and $service.autoscaling.enabled (lt (int $service.autoscaling.maxReplicas) (int $service.replicas)) -}}
{{- fail (printf "services.%s.autoscaling.maxReplicas is %d, below its %d replicas" .name (int $service.autoscaling.maxReplicas) (int $service.replicas)) -}}
{{- end -}}
{{- if and (eq .name "audit") $service.enabled (not (hasKey $service.secrets "AUDIT_KEY")) -}}
{{- fail "services.audit.secrets.AUDIT_KEY must name the secret with the key of the audit log: { name: order-mesh-audit, key: key }" -}}
{{- end -}}
{{- if and (eq .name "gateway") $service.enabled (not .root.Values.oidc.issuer) (not (hasKey $service.env "OIDC_ISSUER")) -}}
{{- fail "oidc.issuer must be the address of the identity provider that gives access tokens, such as https://login.example.com/realms/sales: the gateway lets nobody in without one" -}}
{{- end -}}
{{- toJson $service -}}
{{- end -}}

{{- define "order-mesh.hasSasl" -}}
{{- if hasPrefix "SASL" .Values.kafka.securityProtocol }}yes{{ end -}}
{{- end -}}

{{- define "order-mesh.hasTls" -}}
{{- if hasSuffix "SSL" .Values.kafka.securityProtocol }}yes{{ end -}}
{{- end -}}

{{/* What every program is told, given root, kafkaSecret, postgresql {user, existingSecret, passwordKey} and the settings out of secrets. */}}
{{- define "order-mesh.env" -}}
{{- $values := .root.Values -}}
- name: KAFKA_BROKERS
  value: {{ join "," $values.kafka.brokers | quote }}
- name: KAFKA_PARTITIONS
  value: {{ $values.kafka.partitions | quote }}
- name: KAFKA_SECURITY_PROTOCOL
  value: {{ $values.kafka.securityProtocol }}
{{- if include "order-mesh.hasSasl" .root }}
- name: KAFKA_SASL_MECHANISM
  value: {{ $values.kafka.sasl.mechanism }}
- name: KAFKA_SASL_USERNAME_FILE
  value: /run/order-mesh/kafka/username
- name: KAFKA_SASL_PASSWORD_FILE
  value: /run/order-mesh/kafka/password
{{- end }}
{{- if and (include "order-mesh.hasTls" .root) $values.kafka.tls.existingSecret }}
- name: KAFKA_CA_FILE
  value: /run/order-mesh/kafka/ca.crt
{{- if $values.kafka.tls.clientCertificate }}
- name: KAFKA_CLIENT_CERT_FILE
  value: /run/order-mesh/kafka/tls.crt
- name: KAFKA_CLIENT_KEY_FILE
  value: /run/order-mesh/kafka/tls.key
{{- end }}
{{- end }}
- name: DATABASE_URL
  value: {{ printf "postgres://%s@%s:%d/%s?sslmode=%s%s" (default $values.postgresql.user .postgresql.user | urlquery) $values.postgresql.host (int $values.postgresql.port) $values.postgresql.database $values.postgresql.sslMode (ternary "&sslrootcert=/run/order-mesh/postgresql/ca.crt" "" (and (eq $values.postgresql.sslMode "verify-full") (not (empty $values.postgresql.caSecret)))) | quote }}
{{- if or .postgresql.existingSecret $values.postgresql.existingSecret }}
- name: DATABASE_PASSWORD_FILE
  value: /run/order-mesh/postgresql/password
{{- end }}
- name: DATABASE_CONNECTIONS
  value: {{ $values.postgresql.connections | quote }}
- name: DATABASE_ROLES
  value: {{ $values.postgresql.roles | quote }}
- name: LOG_LEVEL
  value: {{ $values.logLevel }}
{{- with $values.schemaRegistryUrl }}
- name: SCHEMA_REGISTRY_URL
  value: {{ . | quote }}
{{- end }}
{{- if $values.policy.existingConfigMap }}
- name: POLICY_FILE
  value: /etc/order-mesh/policy.json
{{- end }}
{{- range $name, $secret := .secrets }}
- name: {{ $name }}_FILE
  value: /run/order-mesh/settings/{{ $name }}
{{- end }}
{{- end -}}

{{/* Every secret a program needs, as files below one folder. */}}
{{- define "order-mesh.volumes" -}}
{{- $values := .root.Values -}}
- name: tmp
  emptyDir: { sizeLimit: {{ $values.tmpSizeLimit }} }
{{- $database := .postgresql.existingSecret | default $values.postgresql.existingSecret }}
{{- $kafka := .kafkaSecret | default $values.kafka.sasl.existingSecret }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- if include "order-mesh.hasSasl" .root }}
      - secret:
          name: {{ $kafka }}
          items:
            - { key: {{ $values.kafka.sasl.usernameKey }}, path: kafka/username }
            - { key: {{ $values.kafka.sasl.passwordKey }}, path: kafka/password }
      {{- end }}
      {{- if and (include "order-mesh.hasTls" .root) $values.kafka.tls.existingSecret }}
      - secret:
          name: {{ $values.kafka.tls.existingSecret }}
          items:
            - { key: {{ $values.kafka.tls.caKey }}, path: kafka/ca.crt }
            {{- if $values.kafka.tls.clientCertificate }}
            - { key: {{ $values.kafka.tls.certKey }}, path: kafka/tls.crt }
            - { key: {{ $values.kafka.tls.keyKey }}, path: kafka/tls.key }
            {{- end }}
      {{- end }}
      {{- with $database }}
      - secret:
          name: {{ . }}
          items:
            - { key: {{ ternary $.postgresql.passwordKey $values.postgresql.passwordKey (not (empty $.postgresql.existingSecret)) }}, path: postgresql/password }
      {{- end }}
      {{- if and (eq $values.postgresql.sslMode "verify-full") $values.postgresql.caSecret }}
      - secret:
          name: {{ $values.postgresql.caSecret }}
          items:
            - { key: {{ $values.postgresql.caKey }}, path: postgresql/ca.crt }
      {{- end }}
      {{- range $name, $secret := .secrets }}
      - secret:
          name: {{ $secret.name }}
          items:
            - { key: {{ $secret.key }}, path: settings/{{ $name }} }
      {{- end }}
{{- with $values.policy.existingConfigMap }}
- name: policy
  configMap:
    name: {{ . }}
    items:
      - { key: {{ $values.policy.key }}, path: policy.json }
{{- end }}
{{- end -}}

{{- define "order-mesh.mounts" -}}
- { name: tmp, mountPath: /tmp }
- { name: secrets, mountPath: /run/order-mesh, readOnly: true }
{{- if .root.Values.policy.existingConfigMap }}
- { name: policy, mountPath: /etc/order-mesh, readOnly: true }
{{- end }}
{{- end -}}

{{- define "order-mesh.pullSecrets" -}}
{{- with concat .Values.global.imagePullSecrets .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Which logins may act as which roles: everybody's as all services, a service's own as that service. */}}
{{- define "order-mesh.grants" -}}
{{- $grants := list (printf "order_mesh_host=%s" .Values.postgresql.user) -}}
{{- range $name := keys .Values.services | sortAlpha -}}
{{- $service := include "order-mesh.service" (dict "root" $ "name" $name) | fromJson -}}
{{- if and $service.enabled $service.postgresql.user -}}
{{- $grants = append $grants (printf "%s=%s" ($name | replace "-" "_") $service.postgresql.user) -}}
{{- end -}}
{{- end -}}
{{- join ", " $grants -}}
{{- end -}}
