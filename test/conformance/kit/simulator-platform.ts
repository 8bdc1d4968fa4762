import type {ConformancePlatform} from './host.js';

/** The platform of the scenarios: a simulator at `url`, by its control API. */
export function simulatorPlatform(url: string): ConformancePlatform {
  const post = async <T>(path: string, body: unknown = {}): Promise<T> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    ring: (order) => post('/_sim/interactions', order),
    end: async (interactionId) => void (await post(`/_sim/interactions/${encodeURIComponent(interactionId)}/end`)),
  };
}
