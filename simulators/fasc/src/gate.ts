import { randomUUID } from 'node:crypto';
import { fascSignature, sameSignature, type FascCredentials } from './signature.ts';
import type { Problem } from './task.ts';

/** A call as it came: its headers by lower-case name, and the form's `bizContent`. */
export interface Call {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly bizContent: string;
}

/** Lets calls in: signature, clock, nonce and token. */
export interface Gate {
  /** Why the call for a token is not let in; undefined when it is. */
  tokenProblem(call: Call): Problem | undefined;
  /** Why a call with a token is not let in; one that is let in keeps the token alive for two hours more. */
  callProblem(call: Call): Problem | undefined;
  /** The token of today: asked again while it lives, it is the same and lives on. */
  grant(): { readonly accessToken: string; readonly expiresIn: string };
  /** Ends the token before its time. */
  expireToken(): void;
  /** How many tokens were made. */
  readonly issued: number;
}

const MOST_SKEW_MS = 5 * 60_000;
const NONCE_KEPT_MS = 10 * 60_000;
const TOKEN_SECONDS = 7_200;
const SUB_VERSION = '5.1';

/** Opens the gate; it forgets tokens and nonces with its process. */
export function openGate(credentials: FascCredentials, now: () => number): Gate {
  const nonces = new Map<string, number>();
  let token = { accessToken: '', until: 0 };
  let issued = 0;

  function repeated(nonce: string): boolean {
    for (const [known, at] of nonces) {
      if (at > now() - NONCE_KEPT_MS) break;
      nonces.delete(known);
    }
    if (nonces.has(nonce)) return true;
    nonces.set(nonce, now());
    return false;
  }

  function signatureProblem({ headers, bizContent }: Call, forToken: boolean): Problem | undefined {
    const header = (name: string) => String(headers[name.toLowerCase()] ?? '');
    const names = ['X-FASC-App-Id', 'X-FASC-Sign-Type', 'X-FASC-Timestamp', 'X-FASC-Nonce', 'X-FASC-Api-SubVersion', forToken ? 'X-FASC-Grant-Type' : 'X-FASC-AccessToken'];
    const missing = [...names, 'X-FASC-Sign'].find((name) => header(name) === '');
    if (missing) return { code: '100012', message: `${missing} 不能为空` };
    if (!(Math.abs(now() - Number(header('X-FASC-Timestamp'))) <= MOST_SKEW_MS)) return { code: '100001', message: '请求已过期' };
    if (header('X-FASC-App-Id') !== credentials.appId) return { code: '100001', message: '未获取有效的平台信息' };
    if (header('X-FASC-Api-SubVersion') !== SUB_VERSION) return { code: '100013', message: `子版本号不存在: ${header('X-FASC-Api-SubVersion')}` };
    const signed = Object.fromEntries([...names.map((name) => [name, header(name)]), ...(forToken ? [] : [['bizContent', bizContent]])]);
    const wanted = fascSignature(signed, header('X-FASC-Timestamp'), credentials.appSecret);
    if (!sameSignature(header('X-FASC-Sign'), wanted)) return { code: '100011', message: '签名错误' };
    if (header('X-FASC-Nonce').length > 32 || repeated(header('X-FASC-Nonce'))) return { code: '100014', message: 'X-FASC-Nonce 重复' };
    return undefined;
  }

  return {
    tokenProblem(call) {
      const problem = signatureProblem(call, true);
      if (problem) return problem;
      return call.headers['x-fasc-grant-type'] === 'client_credential' ? undefined : { code: '100012', message: 'X-FASC-Grant-Type 必须为 client_credential' };
    },
    callProblem(call) {
      const given = String(call.headers['x-fasc-accesstoken'] ?? '');
      if (given !== '' && (given !== token.accessToken || token.until <= now())) return { code: '100002', message: '访问凭证失效' };
      const problem = signatureProblem(call, false);
      if (!problem) token = { ...token, until: now() + TOKEN_SECONDS * 1_000 };
      return problem;
    },
    grant() {
      if (token.until <= now()) {
        token = { accessToken: randomUUID().replaceAll('-', ''), until: 0 };
        issued += 1;
      }
      token = { ...token, until: now() + TOKEN_SECONDS * 1_000 };
      return { accessToken: token.accessToken, expiresIn: String(TOKEN_SECONDS) };
    },
    expireToken: () => void (token = { ...token, until: 0 }),
    get issued() { return issued; },
  };
}
