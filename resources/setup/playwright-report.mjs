function specsOf(suite, titles) {
  const inner = (suite.suites ?? []).flatMap((each) => specsOf(each, [...titles, each.title]));
  return [
    ...(suite.specs ?? []).map((spec) => ({ spec, name: [...titles, spec.title].join(' › ') })),
    ...inner,
  ];
}

function reasonOf(test) {
  const note = test.annotations.find((each) => each.type === 'skip' || each.type === 'fixme')?.description;
  return note ?? (test.results.length === 0 ? 'was not reached' : 'no reason given');
}

/** Counts Playwright's JSON report the way the runner reports every stage. */
export function readPlaywrightReport(json) {
  const report = { passed: 0, failed: [], skipped: [] };
  for (const { spec, name } of specsOf(json, [])) {
    for (const test of spec.tests) {
      if (test.status === 'expected') report.passed += 1;
      else if (test.status === 'skipped') report.skipped.push({ name, reason: reasonOf(test) });
      else report.failed.push(name);
    }
  }
  for (const error of json.errors) report.failed.push(`outside of any test: ${error.message}`);
  return report;
}
