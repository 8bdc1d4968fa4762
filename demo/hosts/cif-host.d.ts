import type {DataverseRow} from '../dynamics/records.js';

export class FakeCifHost {
  constructor(panel: {
    readonly frame: () => Window | null | undefined;
    readonly origin: string;
    readonly desk?: Readonly<Record<string, (...args: never[]) => void>>;
  });
  records: DataverseRow[];
  behaviour: {mode: 'ok' | 'silent' | 'refuse'; delayMs: number; readyAfterMs: number};
  navigations: {readonly kind: 'open' | 'create' | 'matches'; readonly entity: string; readonly id?: string}[];
  requests: {readonly method: string; readonly args: Readonly<Record<string, unknown>>}[];
  handlerFailures: unknown[];
  customParameters: string;
  clickToDial(number: string, record?: DataverseRow): void;
  activity(): void;
}
