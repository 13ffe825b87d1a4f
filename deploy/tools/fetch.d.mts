/** The path of a tool: the installed one, else the fetched one; undefined after saying on standard error why there is none. */
export function findTool(name: 'helm' | 'docker-compose' | 'kubernetes-schemas'): Promise<string | undefined>;
