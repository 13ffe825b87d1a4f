import { createHash } from 'node:crypto';
import type { Documents, SignedDocument } from './documents.ts';

/** Signed contracts in this process, for tests. */
export function memoryDocuments(): Documents & { of(signFlowId: string): SignedDocument | undefined } {
  const kept = new Map<string, SignedDocument>();
  const sha256 = (signFlowId: string) => {
    const document = kept.get(signFlowId);
    return document && createHash('sha256').update(document.bytes).digest('hex');
  };
  return {
    find: async (signFlowId) => sha256(signFlowId),
    async keep(document) {
      if (!kept.has(document.signFlowId)) kept.set(document.signFlowId, document);
      return sha256(document.signFlowId) ?? '';
    },
    of: (signFlowId) => kept.get(signFlowId),
  };
}
