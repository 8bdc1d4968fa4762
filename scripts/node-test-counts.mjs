/** A reporter for Node's test runner that prints nothing but its counts, as JSON. */
export default async function* counts(source) {
  const totals = {};
  for await (const event of source) {
    if (event.type !== 'test:diagnostic' || (event.data.nesting ?? 0) !== 0) continue;
    // The runner's last lines: "tests 12", "pass 11", "fail 1", …
    const match = /^(tests|pass|fail|cancelled|skipped|todo) (\d+)$/.exec(event.data.message);
    if (match) totals[match[1]] = Number(match[2]);
  }
  yield JSON.stringify({
    passed: totals.pass ?? 0,
    failed: (totals.fail ?? 0) + (totals.cancelled ?? 0),
    skipped: (totals.skipped ?? 0) + (totals.todo ?? 0),
    fileErrors: 0,
  });
}
