import {TABLES} from './tables.js';

/** The shortest number that is compared by its end, in digits. */
const MIN_DIGITS = 7;

/** Records that have the text in a column; a number is found however it is spelled. */
export function findText(records, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const digits = /^[+\d\s().-]+$/.test(wanted) ? wanted.replace(/\D/g, '') : '';
  const matches = (value) =>
    String(value).toLowerCase().includes(wanted) ||
    (digits.length >= MIN_DIGITS && String(value).replace(/\D/g, '').endsWith(digits.slice(-MIN_DIGITS)));
  return records.filter(({entity, fields}) => Object.hasOwn(TABLES, entity) && Object.values(fields).some(matches));
}
