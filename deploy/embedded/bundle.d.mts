export function bundle(root: string, program: { readonly entry: string; readonly out: string }): Promise<{ readonly ok: boolean; readonly output: string }>;
