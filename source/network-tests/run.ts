import { exitCodes, UserError } from '../domain/errors.ts';
import { formatBytes, formatMs } from '../domain/format.ts';
import { checkCaps } from './caps.ts';
import { defined } from '../domain/defined.ts';
import { showHostPort } from './endpoint.ts';
import type { RateLimiter } from './rate-limit.ts';
import { tests } from './registry.ts';
import type { Summary, TestName } from './results.ts';
import type { AnyTest, TestedNode, TestContext, TestOptions } from './test.ts';

/** The conditions under which a test may send anything. */
export interface Permit {
	readonly isReadOnly: boolean;
	readonly limiter: RateLimiter;
	/** Asks the user, who may decline; for heavy tests of a public address. */
	readonly confirm: (question: string) => Promise<boolean>;
}

/**
 * Runs one test of a watched node, or of a peer of one, if it is permitted: not in read-only mode, within
 * the caps, confirmed when it is heavy and goes to a public address, and within the target's allowance.
 * Otherwise throws `UserError`, before anything is sent.
 */
export async function runTest(
	name: TestName,
	tested: TestedNode,
	options: TestOptions,
	{ permit, ...context }: TestContext & { readonly permit: Permit },
): Promise<Summary> {
	const test: AnyTest = tests[name];
	const { address, port, reach } = tested.endpoint;
	const place = showHostPort(address, port);
	if (permit.isReadOnly) {
		throw new UserError(`read-only: nodetop sends no ${name} test`, {
			nextSteps: ['leave out --read-only, or set readOnly to false in the profile'],
		});
	}
	checkCaps(options);
	if (test.weight === 'heavy' && reach === 'public') {
		const isWanted = await permit.confirm(
			`${describe(name, { ...test.defaults, ...defined(options) })} to the public address ${place}`,
		);
		if (!isWanted) throw new UserError(`the ${name} test of ${tested.name} was not confirmed`);
	}
	const grant = await permit.limiter.take(place, test.weight);
	if (!grant.isGranted) {
		throw new UserError(`${tested.name} has reached its limit of network tests`, {
			nextSteps: [`try again in ${formatMs(Math.ceil(grant.retryAfterMs / 1000) * 1000)}`],
			exitCode: exitCodes.unavailable,
		});
	}
	return test.run(tested, options, context);
}

function describe(name: TestName, { bytes, ratePerSecond, durationMs }: TestOptions): string {
	const details = [
		...(bytes === undefined ? [] : [`up to ${formatBytes(bytes)} each way`]),
		...(ratePerSecond === undefined ? [] : [`${ratePerSecond} requests a second`]),
		...(durationMs === undefined ? [] : [`for ${formatMs(durationMs)}`]),
	];
	return `a ${name} test${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}
