import type {MediaType} from '../../domain/interaction.js';
import {capital, fillText} from '../common/fill-text.js';
import type {ContactLog} from '../crm-adapter.js';
import type {SalesforceLogOptions} from './options.js';

/** The longest `Subject`, `CallObject` and `CallDisposition`, in characters. Source: Salesforce's object reference, Task. */
const MAX_FIELD = 255;

const NOUNS: Readonly<Record<MediaType, string>> = {
  voice: 'call',
  webchat: 'chat',
  email: 'e-mail',
  workitem: 'work item',
  other: 'contact',
};
/** Source: Salesforce's object reference, Task `TaskSubtype`. */
const SUBTYPES: Partial<Readonly<Record<MediaType, string>>> = {voice: 'Call', email: 'Email'};

const cut = (text: string): string => [...text].slice(0, MAX_FIELD).join('');

/** The date by the agent's own clock, for fields without a time. */
function localDay(at: number): string {
  const date = new Date(at);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function subjectOf(log: ContactLog, template: string | undefined): string {
  if (!template) return `${capital(log.direction)} ${NOUNS[log.mediaType]}`;
  const {direction, mediaType, from} = log;
  return fillText(template, {direction, mediaType, from});
}

/**
 * A finished contact as a completed task, which Salesforce's activity history shows.
 * @param about the related record: Salesforce's own id, and whether the record is a person.
 */
export function taskOf(
  log: ContactLog,
  {subject, fields}: SalesforceLogOptions,
  about: {readonly id: string; readonly isPerson: boolean} | undefined,
): Readonly<Record<string, string | number | boolean>> {
  return {
    entityApiName: 'Task',
    Subject: cut(subjectOf(log, subject)),
    Status: 'Completed',
    TaskSubtype: SUBTYPES[log.mediaType] ?? 'Task',
    ActivityDate: localDay(log.startedAt),
    CallObject: cut(log.interactionId),
    ...(log.mediaType === 'voice' && {
      CallType: capital(log.direction),
      CallDurationInSeconds: Math.max(0, Math.round(log.talkSeconds)),
    }),
    ...(log.disposition && {CallDisposition: cut(log.disposition)}),
    ...(about && (about.isPerson ? {WhoId: about.id} : {WhatId: about.id})),
    ...fields,
  };
}
