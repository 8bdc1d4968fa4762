/**
 * How many times longer this machine may take than an idle one with two cores: `CXONE_TEST_SLOWNESS`, default 1. Every
 * limit that is a promise of the product is multiplied by it. `npm test` works it out from the machine's load.
 */
export const SLOWNESS = Number(process.env['CXONE_TEST_SLOWNESS'] || 1);
