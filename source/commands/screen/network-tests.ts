import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../../domain/clock.ts';
import { PollError, UserError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import type { NodeSnapshot } from '../../sections/snapshot.ts';
import { createRateLimiter } from '../../network-tests/rate-limit.ts';
import { runTest } from '../../network-tests/run.ts';
import type { Permit } from '../../network-tests/run.ts';
import type { ScreenTest, ScreenTestEnd } from '../../network-tests/screen-test.ts';
import { rateDirectory } from '../../app/rate-directory.ts';
import { testedNodeOf } from '../../app/tested-node.ts';

interface ScreenTestContext {
	readonly env: NodeJS.ProcessEnv;
	readonly clock: Pick<Clock, 'now'>;
	readonly settings: Settings;
	readonly targets: readonly Target[];
	/** As they are now. */
	readonly nodes: () => readonly NodeSnapshot[];
}

/**
 * Runs a test that a key asked for, by the same permit as the command. Where a person has to agree first,
 * nothing is sent and the question is the answer.
 */
export async function runScreenTest(
	asked: ScreenTest,
	{ env, clock, settings, targets, nodes }: ScreenTestContext,
): Promise<ScreenTestEnd> {
	const target = targets.find(({ name }) => name === asked.node);
	if (!target) return { kind: 'refused', message: `${asked.node} is not watched`, nextSteps: [] };
	let question: string | undefined;
	const permit: Permit = {
		isReadOnly: settings.readOnly,
		limiter: createRateLimiter(rateDirectory(env), clock.now),
		confirm: (text) => {
			if (!asked.isConfirmed) question = text;
			return Promise.resolve(asked.isConfirmed);
		},
	};
	try {
		const tested = await testedNodeOf(target, nodes());
		const { signal, onSample } = asked;
		const summary = await runTest(
			asked.test,
			tested,
			{},
			{
				permit,
				signal,
				now: clock.now,
				emit: onSample,
			},
		);
		return { kind: 'ended', summary };
	} catch (error) {
		if (question !== undefined) return { kind: 'question', question };
		if (error instanceof UserError) {
			return { kind: 'refused', message: error.message, nextSteps: error.nextSteps };
		}
		if (error instanceof PollError) {
			return { kind: 'refused', message: error.message, nextSteps: [] };
		}
		throw error;
	}
}
