/** Whether this is the long run, `npm run test:long`: more rounds, new random inputs, and what takes minutes. */
export const LONG = Boolean(process.env['CXONE_TEST_LONG']);
