import { playRuleTest } from './rule-test/run.ts';
import type { RuleTestSurroundings } from './rule-test/surroundings.ts';
import type { RuleTestFile } from './rule-test/schema.ts';
import { judgeRuleTest } from './rule-test/verdict.ts';

export { ruleTestFileSchema, ruleTestJsonSchema } from './rule-test/schema.ts';
export { RuleTestMistake } from './rule-test/series.ts';
export type { PolledCheck, PolledNode, Round } from './rule-test/rounds.ts';
export type { TestMonitor } from './rule-test/surroundings.ts';

export interface RuleTestResult {
	readonly name: string;
	/** One text of some lines for each difference; empty when the test passes. */
	readonly problems: readonly string[];
}

/**
 * Plays the tests of a file one after another, each from an empty state in simulated time. The rules,
 * the state machine and the delivery plan are the ones that nodetop uses. Throws `RuleTestMistake` for a
 * mistake in the file.
 */
export async function* runRuleTests(
	file: RuleTestFile,
	surroundings: RuleTestSurroundings,
): AsyncGenerator<RuleTestResult> {
	for (const [index, test] of file.tests.entries()) {
		const played = await playRuleTest(file, index, surroundings);
		yield { name: test.name, problems: judgeRuleTest(test, `tests[${index}]`, played) };
	}
}
