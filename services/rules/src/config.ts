/** It decides by what it is told; nothing is set. */
export type RulesConfig = Readonly<Record<string, never>>;

export const readRulesConfig = (): RulesConfig => ({});
