import {relative} from 'node:path';

/** A reporter for Node's test runner that prints only the counts and the failures, as JSON. */
export default async function* counts(source) {
  const totals = {};
  const failures = [];
  for await (const {type, data} of source) {
    if (type === 'test:fail' && !holdsTheFailed(data)) {
      const {error} = data.details;
      const file = relative(process.cwd(), data.file ?? '');
      failures.push({name: `${file} > ${data.name}`, message: (error.cause ?? error).message ?? String(error.cause)});
    }
    if (type !== 'test:diagnostic' || (data.nesting ?? 0) !== 0) continue;
    // The runner's last lines: "tests 12", "pass 11", "fail 1", …
    const match = /^(tests|pass|fail|cancelled|skipped|todo) (\d+)$/.exec(data.message);
    if (match) totals[match[1]] = Number(match[2]);
  }
  yield JSON.stringify({
    passed: totals.pass ?? 0,
    failed: (totals.fail ?? 0) + (totals.cancelled ?? 0),
    skipped: (totals.skipped ?? 0) + (totals.todo ?? 0),
    fileErrors: 0,
    failures,
  });
}

/** Whether a suite failed only because one of its tests failed. */
const holdsTheFailed = ({details}) => details.error?.failureType === 'subtestsFailed';
