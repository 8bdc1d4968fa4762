import {numberText} from '../../domain/phone-number.js';
import type {ContactLog} from '../crm-adapter.js';
import type {HostNames} from '../common/names.js';
import {capital, fillText} from '../common/fill-text.js';
import {own} from '../common/own.js';
import {AdapterError} from '../crm-adapter.js';
import {ofCall, type HubSpotChannel} from './channel.js';
import type {Sdk} from './library.js';
import {objectOf} from './objects.js';
import type {HubSpotLogOptions} from './options.js';

type Properties = NonNullable<Parameters<Sdk['callCompleted']>[0]['engagementProperties']>;

function titleOf({direction, from}: ContactLog, template: string | undefined): string {
  if (!template) return `${capital(direction)} call`;
  return fillText(template, {direction, from});
}

/** A call as HubSpot keeps it. Source: HubSpot, "Calls engagements"; the SDK's `RawEngagementProperties`. */
export function engagementOf(log: ContactLog, options: HubSpotLogOptions, names: HostNames): Properties {
  const {disposition, record} = log;
  const outcome = disposition && options.outcomes && own(options.outcomes, disposition);
  const body = [
    `CXone interaction: ${log.interactionId}`,
    log.skillId && `Skill: ${log.skillId}`,
    log.acwSeconds !== undefined && `After-call work: ${log.acwSeconds} s`,
    disposition && !outcome && `Disposition: ${disposition}`,
  ];
  const about = record && objectOf(names, record);
  const [from, to] = [numberText(log.from), numberText(log.to)];
  return {
    hs_timestamp: log.startedAt,
    hs_call_title: titleOf(log, options.title),
    // HubSpot shows it as rich text, so the platform's text is escaped.
    hs_call_body: body
      .filter(Boolean)
      .map((line) => plain(String(line)))
      .join('<br>'),
    hs_call_direction: log.direction === 'outbound' ? 'OUTBOUND' : 'INBOUND',
    hs_call_status: log.answeredAt === undefined ? 'NO_ANSWER' : 'COMPLETED',
    // In ms.
    hs_call_duration: String(Math.max(0, Math.round(log.talkSeconds * 1_000))),
    ...(from !== undefined && {hs_call_from_number: from}),
    ...(to !== undefined && {hs_call_to_number: to}),
    ...(typeof outcome === 'string' && {hs_call_disposition: outcome}),
    ...(about && {
      hs_call_callee_object_id: String(about.objectId),
      hs_call_callee_object_type: about.objectTypeId,
    }),
    ...options.properties,
  };
}

const ESCAPES: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;'};
const plain = (text: string): string => text.replace(/[&<>]/g, (character) => ESCAPES[character]!);

/**
 * Writes a call that is over to the timeline: HubSpot makes an engagement, which then gets its properties. Each step at most
 * once; what is not answered may have been done.
 * @returns the engagement's id.
 * @throws {AdapterError} `refused`, `timeout`, `badReply`
 */
export async function writeEngagement(
  channel: HubSpotChannel,
  log: ContactLog,
  options: HubSpotLogOptions,
  names: HostNames,
  limitMs: number,
  signal: AbortSignal,
): Promise<number> {
  const {sdk} = channel;
  const externalCallId = log.interactionId;
  const ask = (what: string, subject: string, send: () => void): Promise<unknown> => {
    const answers = {succeeded: `${subject}_SUCCEEDED`, failed: `${subject}_FAILED`};
    return channel.ask({what, ...answers, isMine: ofCall(externalCallId)}, limitMs, signal, send);
  };
  const call = {
    externalCallId,
    fromNumber: numberText(log.from) ?? '',
    toNumber: numberText(log.to) ?? '',
    callStartTime: log.startedAt,
    createEngagement: true,
  };
  const made = await ask('createEngagement', 'CREATE_ENGAGEMENT', () =>
    log.direction === 'outbound' ? sdk.outgoingCall(call) : sdk.incomingCall(call),
  );
  const engagementId = Number(own(made, 'engagementId'));
  if (!Number.isSafeInteger(engagementId) || engagementId <= 0) {
    throw new AdapterError('badReply', 'hubspot: createEngagement was answered without an id');
  }
  await ask('callCompleted', 'UPDATE_ENGAGEMENT', () => {
    sdk.callEnded({externalCallId, engagementId, callEndStatus: 'COMPLETED'});
    sdk.callCompleted({
      externalCallId,
      engagementId,
      hideWidget: false,
      engagementProperties: engagementOf(log, options, names),
    });
  });
  if (options.finalize) {
    await ask('finalizeEngagement', 'FINALIZE_ENGAGEMENT', () =>
      sdk.finalizeEngagement({externalCallId, engagementId}),
    );
  }
  return engagementId;
}
