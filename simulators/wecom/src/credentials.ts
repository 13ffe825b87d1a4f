/** What a company sets up in WeCom's console for an application of its own. */
export interface WecomCredentials {
  readonly corpId: string;
  readonly secret: string;
  readonly agentId: number;
  /** For the signature of callbacks. */
  readonly token: string;
  /** 43 characters of base64 without the closing "=": the AES-256 key of callbacks. */
  readonly encodingAesKey: string;
}

export const USUAL_CREDENTIALS: WecomCredentials = {
  corpId: 'ww0rdermesh0000001', secret: 'demo-wecom-secret', agentId: 1_000_002, token: 'demoWecomToken', encodingAesKey: 'OrderMeshDemoEncodingAesKey0123456789abcdeE',
};
