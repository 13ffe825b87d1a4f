/** Somebody who is signed in at a gateway. */
export interface Session {
  /** Told in bodies, too, where it is known: gateways before tokens took whatever name they were told. */
  readonly name?: string;
  /** An access token that is still good. Rejects with NOT_SIGNED_IN, saying how to sign in. */
  token(): Promise<string>;
}
