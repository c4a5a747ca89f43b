import type { FullConfig, Reporter, Suite } from '@playwright/test/reporter';

/** Ends the output with what passed only at the second try, so that a flaky test is seen although the run is green. */
export default class FlakyReporter implements Reporter {
  private suite: Suite | undefined;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.suite = suite;
  }

  onEnd(): void {
    const flaky = this.suite?.allTests().filter((test) => test.outcome() === 'flaky') ?? [];
    for (const test of flaky) {
      const where = `${test.location.file.replace(/.*\//, '')}:${test.location.line}`;
      console.log(`flaky at ${where}: ${test.titlePath().filter(Boolean).join(' › ')}`);
    }
    console.log(`flaky: ${flaky.length}`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
