import { systemClock } from '@order-mesh/kernel';
import { bearsGarbage, type Questions } from '@order-mesh/testing';
import { usualForm } from '../src/domain/form.ts';
import { termsOf } from '../src/domain/terms.ts';
import { esign } from '../src/outbound/esign/esign.ts';
import { fasc } from '../src/outbound/fasc/fasc.ts';
import { fileCourier } from '../src/outbound/files.ts';
import type { ESignProvider } from '../src/outbound/provider.ts';
import { sign } from './scene.ts';

const seal = { page: 1, x: 100, y: 100 };
const draft = { terms: termsOf(sign('G1').value, usualForm), paper: { type: 'printed' as const, pages: 1, bytes: Buffer.from('%PDF-1.7 %%EOF'), buyerSeal: seal, sellerSeal: seal }, title: 'HT-G1', expiresAt: 1 };
const flow = { signFlowId: 'F1' };
const asks = (provider: ESignProvider): Questions => ({
  draft: (signal) => provider.draft(draft, signal), start: (signal) => provider.start(flow, signal), read: (signal) => provider.read(flow, signal),
  revoke: (signal) => provider.revoke(flow, signal), rescind: (signal) => provider.rescind(flow, signal), download: (signal) => provider.download(flow, signal),
});

bearsGarbage({ partner: 'e签宝', open: (url) => ({ ask: asks(esign({ url, appId: 'app', appSecret: 'x', fileHosts: [], callbackUrl: url }, systemClock)) }) });

bearsGarbage({
  partner: '法大大',
  open: (url) => ({ ask: asks(fasc({ url, appId: 'app', appSecret: 'x', fileHosts: [], openCorpId: 'c', freeSignBusinessId: '', callsPerSecond: 20, seller: 's', callbackUrl: url }, systemClock)) }),
  letIn: ({ url }) => (url?.endsWith('/service/get-access-token') ? '{"code":"100000","data":{"accessToken":"t","expiresIn":"7200"}}' : null),
});

bearsGarbage({
  partner: 'the place of documents of a signing provider',
  open: (url) => {
    const files = fileCourier({ url, fileHosts: [] });
    return { ask: { fetch: (signal) => files.fetchPdf(`${url}/contract.pdf`, signal) } };
  },
});
