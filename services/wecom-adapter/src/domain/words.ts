import type { Instant } from '@order-mesh/kernel';

const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** As people in WeCom read a time: 2026-06-01 16:00. */
export const beijingTime = (instant: Instant): string => new Date(instant + BEIJING_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
