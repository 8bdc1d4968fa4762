import type {DynamicsFrame} from './dynamics-frame.js';
import {waitUntil} from './wait-until.js';

export interface OpenFrame {
  readonly frame: HTMLIFrameElement;
  readonly inside: DynamicsFrame;
}

/** Puts the page of `dynamics-frame.html` into a frame of this page. @param query of its address. */
export async function inFrame(query: Readonly<Record<string, string>> = {}): Promise<OpenFrame> {
  const frame = document.createElement('iframe');
  frame.src = `/test/support/dynamics-frame.html?${new URLSearchParams(query).toString()}`;
  document.body.append(frame);
  const inside = (): DynamicsFrame | undefined =>
    (frame.contentWindow as unknown as {inside?: DynamicsFrame} | null)?.inside;
  await waitUntil(inside, 'the frame’s page has run');
  return {frame, inside: inside()!};
}
