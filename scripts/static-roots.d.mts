export function staticRoots(strictCsp: string): {prefix: string; dir: string; headers?: Record<string, string>}[];
