import { randomUUID } from 'node:crypto';
import { listIn, objectIn, textIn, type Json } from '@order-mesh/simulator';
import type { Flow, Problem, Signer } from './flow.ts';

const NINETY_DAYS_MS = 90 * 86_400_000;
const MOST_SIGNERS = 10;

/** Draws a flow up from create-by-file's body; `isReady` knows the uploaded files. */
export function draftFlow(body: Json, isReady: (fileId: string) => boolean, now: number): Flow | Problem {
  const config = objectIn(body['signFlowConfig']);
  const title = textIn(config['signFlowTitle']);
  if (!title) return wrong('signFlowTitle不能为空');
  if (/[/\\:*"<>|？]/.test(title)) return wrong('signFlowTitle不能包含特殊字符/\\:*"<>|？');
  const docs = listIn(body['docs']).map((doc) => ({ fileId: textIn(doc['fileId']) ?? '', fileName: textIn(doc['fileName']) ?? '合同.pdf' }));
  if (docs.some(({ fileId }) => !isReady(fileId))) return { code: 1437513, message: '文档未成功转换成pdf, 请稍后重试' };
  const expiresAt = typeof config['signFlowExpireTime'] === 'number' ? config['signFlowExpireTime'] : now + NINETY_DAYS_MS;
  if (expiresAt > now + NINETY_DAYS_MS) return wrong('签署截止时间signFlowExpireTime不能超过发起后90天');
  const signers = draftSigners(listIn(body['signers']), new Set(docs.map(({ fileId }) => fileId)));
  if ('code' in signers) return signers;
  const isStarted = config['autoStart'] !== false;
  if (isStarted && (docs.length === 0 || signers.length === 0)) return { code: 1435011, message: '流程自动开启的场景文档和签署人信息不能为空' };
  const notifyUrl = textIn(config['notifyUrl']);
  if (notifyUrl && !URL.canParse(notifyUrl)) return wrong('notifyUrl格式不正确');
  return {
    id: randomUUID().replaceAll('-', ''), title, status: isStarted ? 1 : 0, rescissionStatus: 0, docs, signers, expiresAt,
    autoFinish: config['autoFinish'] === true, createdAt: now, ...(isStarted && { startedAt: now }), ...(notifyUrl && { notifyUrl }),
  };
}

/** Draws up the flow in which all signers take a complete contract back. */
export function draftRescission(original: Flow, body: Json, now: number): Flow | Problem {
  if (original.status !== 2) return { code: 1439101, message: '仅已完成的流程可以发起解约' };
  if (original.rescinds) return { code: 1439102, message: '解约协议不能再次解约' };
  if (original.rescissionStatus !== 0) return { code: 1439107, message: '发起方没有可以解约的文档，不允许解约' };
  if (original.signers.length < 2) return { code: 1439103, message: '单方签署的流程不支持发起解约' };
  const wanted = Array.isArray(body['rescindFileList']) ? body['rescindFileList'] : original.docs.map(({ fileId }) => fileId);
  if (wanted.some((fileId) => !original.docs.some((doc) => doc.fileId === fileId))) return wrong('rescindFileList必须是原签署流程中的文件');
  const notifyUrl = textIn(objectIn(body['signFlowConfig'])['notifyUrl']) ?? original.notifyUrl;
  if (notifyUrl && !URL.canParse(notifyUrl)) return wrong('notifyUrl格式不正确');
  return {
    id: randomUUID().replaceAll('-', ''), title: `解约协议-${original.title}`, status: 1, rescissionStatus: 0, rescinds: original.id, docs: original.docs,
    signers: original.signers.map(unsigned), autoFinish: true, createdAt: now, startedAt: now, expiresAt: now + NINETY_DAYS_MS, ...(notifyUrl && { notifyUrl }),
  };
}

function draftSigners(given: readonly Json[], fileIds: ReadonlySet<string>): readonly Signer[] | Problem {
  if (given.length > MOST_SIGNERS) return { code: 1437608, message: `流程创建签署人或签署主体个数${given.length}超过数量限制，最多允许创建10个。` };
  const signers: Signer[] = [];
  for (const one of given) {
    const signer = draftSigner(one);
    if ('code' in signer) return signer;
    const stray = signer.fields.find(({ fileId }) => !fileIds.has(fileId));
    if (stray) return wrong(`文件id不在签署流程中: ${stray.fileId}`);
    signers.push(signer);
  }
  return signers;
}

function draftSigner(given: Json): Signer | Problem {
  const fields = listIn(given['signFields']);
  if (fields.length === 0) return wrong('signFields不能为空');
  const signerType = Number(given['signerType'] ?? 0);
  const autoSign = fields.every((field) => objectIn(field['normalSignFieldConfig'])['autoSign'] === true);
  const organization = objectIn(given['orgSignerInfo']);
  const person = signerType === 0 ? objectIn(given['psnSignerInfo']) : objectIn(organization['transactorInfo']);
  if (signerType === 0 && autoSign) return wrong('个人签署不支持自动签署');
  if (!autoSign && !textIn(person['psnId']) === !textIn(person['psnAccount'])) {
    return wrong(signerType === 0 ? '个人签署方psnId和psnAccount不能同时为空或同时传值' : '非自动签签署机构签署方经办人transactorInfo不能为空');
  }
  const named = Object.entries({
    psnId: textIn(person['psnId']),
    psnAccount: textIn(person['psnAccount']),
    psnName: textIn(objectIn(person['psnInfo'])['psnName']),
    orgId: textIn(organization['orgId']),
    orgName: textIn(organization['orgName']),
  }).filter(([, value]) => value !== undefined);
  return {
    signerType, autoSign, status: 0, signOrder: Number(objectIn(given['signConfig'])['signOrder'] ?? 1), ...Object.fromEntries(named),
    fields: fields.map((field) => ({ signFieldId: randomUUID().replaceAll('-', ''), fileId: textIn(field['fileId']) ?? '', ...bizNum(field) })),
  };
}

function bizNum(field: Json): { readonly customBizNum?: string } {
  const customBizNum = textIn(field['customBizNum']);
  return customBizNum === undefined ? {} : { customBizNum };
}

function unsigned(signer: Signer): Signer {
  return { ...signer, status: 0, fields: signer.fields.map((field) => ({ ...field, signFieldId: randomUUID().replaceAll('-', '') })) };
}

function wrong(what: string): Problem {
  return { code: 1435002, message: `参数错误: ${what}` };
}
