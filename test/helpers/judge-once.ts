import type { Observed } from '../../source/domain/observe.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { JudgeInput } from '../../source/health/observations-of.ts';
import type { HealthReport } from '../../source/sections/health/schema.ts';

/** What a judge that never saw the node before says about it. */
export function judgeOnce(input: JudgeInput, previous?: HealthReport): HealthReport {
	return createJudge().judgeNode(input, previous);
}

/** What is known to built-in rules where nobody judged. */
export const nothingObserved: Observed = {
	node: () => undefined,
	entry: () => undefined,
	group: () => undefined,
	fleet: new Map(),
};
