import { readKey, type KeyFlags } from '../up/key-file.ts';
import { privacyKeyIn } from '../up/privacy-key.ts';
import type { Env } from '../up/settings.ts';

/** The master key of sealed contacts; '' where there is none. Throws BAD_CONFIG when it cannot be read. */
export const privacyKey = (flags: KeyFlags, env: Env): string => readKey({ what: 'the master key of contacts', variable: 'PRIVACY_KEY', within: privacyKeyIn }, flags, env) ?? '';
