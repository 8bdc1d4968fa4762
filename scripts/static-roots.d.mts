export function staticRoots(): {prefix: string; dir: string; headers?: Record<string, string>}[];
