/** A signed contract to be kept. */
export interface SignedDocument {
  readonly signFlowId: string;
  readonly orderId: string;
  readonly bytes: Uint8Array;
}

/** The signed contracts, byte for byte. */
export interface Documents {
  /** The SHA-256 (hex) of the document kept for a flow; undefined when there is none. */
  find(signFlowId: string): Promise<string | undefined>;
  /** Keeps a document; of a flow that has one, the first stays. Resolves with the SHA-256 (hex) of what is kept. */
  keep(document: SignedDocument): Promise<string>;
}
