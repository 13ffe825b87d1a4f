import { openRulesDesk, type RulesDesk } from '../gateway/rules.ts';
import { rulesIn, type RulesFile } from '../rules/file.ts';
import { gatewayUrl, sessionOf, type GatewayFlags } from './options.ts';

/** The rules behind the gateway that these flags name. */
export const deskOf = (flags: GatewayFlags): RulesDesk => openRulesDesk(gatewayUrl(flags), sessionOf(flags));

/** The rules in force at a point, as a file would hold them. */
export async function liveRules(desk: RulesDesk, name: string): Promise<RulesFile & { readonly version: number; readonly basedOn: string }> {
  const { content, hash, version } = await desk.point(name);
  return { ...rulesIn(JSON.stringify(content), `version ${version} of ${name}`), basedOn: hash, version };
}
