import { playRuleTest } from './rule-test/run.ts';
import type { RuleTestSurroundings } from './rule-test/run.ts';
import type { RuleTestFile } from './rule-test/schema.ts';
import { judgeRuleTest } from './rule-test/verdict.ts';

export { ruleTestFileSchema, ruleTestJsonSchema } from './rule-test/schema.ts';
export { RuleTestMistake } from './rule-test/series.ts';
export type { PolledCheck, PolledNode, Round } from './rule-test/rounds.ts';
export type { TestMonitor } from './rule-test/run.ts';

export interface RuleTestResult {
	readonly name: string;
	/** What is not as expected, a few lines each; empty when all is. */
	readonly problems: readonly string[];
}

/**
 * Plays the tests of a file, one after another, each from an empty state in simulated time: the rules,
 * the state machine and the plan of delivery are those that watch nodes. Throws `RuleTestMistake` for
 * what makes no sense in the file.
 */
export function* runRuleTests(
	file: RuleTestFile,
	surroundings: RuleTestSurroundings,
): Generator<RuleTestResult> {
	for (const [index, test] of file.tests.entries()) {
		const played = playRuleTest(file, index, surroundings);
		yield { name: test.name, problems: judgeRuleTest(test, `tests[${index}]`, played) };
	}
}
