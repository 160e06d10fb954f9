import { writeFileSync } from 'node:fs';

function nameOf(module, test) {
  return `${module.relativeModuleId}: ${test.fullName}`;
}

function reasonOf(test, result) {
  return result.note ?? (test.options.mode === 'todo' ? 'still to be written' : 'no reason given');
}

function addTests(report, module) {
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === 'passed') report.passed += 1;
    else if (result.state === 'failed') report.failed.push(nameOf(module, test));
    else report.skipped.push({ name: nameOf(module, test), reason: reasonOf(test, result) });
  }
}

/** A file that cannot be loaded, or a hook that throws, fails without any test of it failing. */
function addBrokenParts(report, module) {
  if (module.errors().length > 0) report.failed.push(`${module.relativeModuleId}: could not be loaded`);
  for (const suite of module.children.allSuites()) {
    if (suite.errors().length > 0) report.failed.push(`${nameOf(module, suite)}: a hook failed`);
  }
}

/** Writes what the runner counts, with the reasons of skipped tests, which Vitest's own JSON leaves out. */
export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const report = { passed: 0, failed: [], skipped: [] };
    for (const module of modules) {
      addTests(report, module);
      addBrokenParts(report, module);
    }
    for (const error of unhandledErrors) report.failed.push(`outside of any test: ${error.message}`);
    writeFileSync(process.env.SALLYPORT_REPORT, JSON.stringify(report));
  }
}
