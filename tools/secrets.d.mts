export function secretsIn(text: string): readonly { readonly what: string; readonly line: number }[];
