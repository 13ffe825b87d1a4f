/** The company of the WeCom simulator, as the services are told of it. */
export const wecomOfDemo = {
  WECOM_CORP_ID: 'ww0rdermesh0000001',
  WECOM_SECRET: 'demo-wecom-secret',
  WECOM_AGENT_ID: '1000002',
  WECOM_TOKEN: 'demoWecomToken',
  WECOM_ENCODING_AES_KEY: 'OrderMeshDemoEncodingAesKey0123456789abcdeE',
  WECOM_TEMPLATE_ID: '3TkaH5KFbrG9heEQWLJjhgpFwmqAFB4dLEnapaB7aaa',
  WECOM_APPLICANT: 'MeshBot',
  WECOM_APPROVERS: 'regional-manager=ZhangWei|LiNa, sales-director=WangFang',
  WECOM_NAMES: 'ZhangWei=张伟, LiNa=李娜',
  WECOM_ALERT_USERS: 'WangFang',
  WECOM_ALERT_ROLES: 'purchasing=LiNa, sales-director=WangFang',
} as const;
