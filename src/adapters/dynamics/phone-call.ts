import {numberText} from '../../domain/phone-number.js';
import {readGuid} from '../common/odata.js';
import type {ContactLog} from '../crm-adapter.js';
import type {DataverseTable} from './tables.js';

/** Longest subject and number that the table takes, in characters. Source: Dataverse, phonecall. */
const MAX_TEXT = 200;

/** The table of phone calls in the activity history. */
export const PHONE_CALL = 'phonecall';

const isText = (value: string | undefined): value is string => value !== undefined && value !== '';

/**
 * A call as the row of the table `phonecall`; `undefined` for other media, which are no phone calls.
 * @param table of the record it is about.
 */
export function phoneCallRow(
  log: ContactLog,
  table: DataverseTable | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (log.mediaType !== 'voice') return undefined;
  const outbound = log.direction === 'outbound';
  const number = outbound ? log.to : log.from;
  const dialled = numberText(number);
  const description = [
    `CXone interaction: ${log.interactionId}`,
    log.skillId && `Skill: ${log.skillId}`,
    log.answeredAt === undefined && 'Not answered',
    log.acwSeconds !== undefined && `After-call work: ${log.acwSeconds} s`,
    log.disposition && `Disposition: ${log.disposition}`,
  ];
  const {record} = log;
  const id = readGuid(record?.id);
  const set = table?.set;
  return {
    subject: `${outbound ? 'Outbound' : 'Inbound'} call${isText(number) ? `: ${number}` : ''}`.slice(0, MAX_TEXT),
    ...(isText(dialled) && {phonenumber: dialled}),
    // True is outgoing.
    directioncode: outbound,
    actualdurationminutes: Math.ceil(log.talkSeconds / 60),
    description: description.filter((line) => typeof line === 'string' && line !== '').join('\n'),
    ...(record && id && set && {[`regardingobjectid_${record.entity}@odata.bind`]: `/${set}(${id})`}),
  };
}
