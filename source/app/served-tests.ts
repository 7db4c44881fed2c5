import { exitCodes, PollError, UserError } from '../domain/errors.ts';
import { createRateLimiter } from '../network-tests/rate-limit.ts';
import { testNames } from '../network-tests/results.ts';
import { runTest } from '../network-tests/run.ts';
import type { TestOptions } from '../network-tests/test.ts';
import type { RunServedTest, TestRequest } from '../serve/options.ts';
import type { Monitor } from './open-monitor.ts';
import { rateDirectory } from './rate-directory.ts';
import type { Surroundings } from './surroundings.ts';
import { routingOf, testedNodeOf, testedPeer } from './tested-node.ts';

const numbers = [
	'count',
	'intervalMs',
	'timeoutMs',
	'durationMs',
	'bytes',
	'ratePerSecond',
] as const;

/** Runs network tests for clients of the server, by the same permit and limits as the command. */
export function servedTests(
	{ fleet }: Pick<Monitor, 'fleet'>,
	{ env, clock }: Pick<Surroundings, 'env' | 'clock'>,
	isReadOnly: boolean,
): RunServedTest {
	const limiter = createRateLimiter(rateDirectory(env), clock.now);
	return async (request) => {
		const name = testNames.find((each) => each === request.test);
		if (!name) {
			return { status: 422, error: `no such test; the tests: ${testNames.join(', ')}` };
		}
		const states = fleet.getSnapshot().nodes;
		const target = states.find(
			(node) => node.target.name === request.node && node.site === undefined,
		)?.target;
		if (!target) return { status: 404, error: 'no node of this name is watched from here' };
		const nodes = states.map(({ snapshot }) => snapshot);
		let question: string | undefined;
		const permit = {
			isReadOnly,
			limiter,
			confirm: (text: string) => {
				question = text;
				return Promise.resolve(request.isConfirmed);
			},
		};
		try {
			const targets = states.map((node) => node.target);
			const routing = name === 'routing' ? await routingOf(targets, nodes) : undefined;
			const node = await testedNodeOf(target, nodes, routing);
			const tested = request.peer === undefined ? node : await testedPeer(node, request.peer);
			const { signal, onRecord } = request;
			const context = { permit, signal, now: clock.now, emit: onRecord };
			onRecord(await runTest(name, tested, optionsOf(request), context));
			return undefined;
		} catch (error) {
			if (question !== undefined && !request.isConfirmed) {
				return {
					status: 409,
					error: `this is ${question}: send confirm, true, if you may do that`,
				};
			}
			return refusalOf(error);
		}
	};
}

function optionsOf({ options }: TestRequest): TestOptions {
	const { to, direction } = options;
	const given = numbers.flatMap((name) => {
		const value = options[name];
		return typeof value === 'number' ? [[name, value] as const] : [];
	});
	return {
		...Object.fromEntries(given),
		...(typeof to === 'string' && { to }),
		...((direction === 'download' || direction === 'upload') && { direction }),
	};
}

function refusalOf(error: unknown): Awaited<ReturnType<RunServedTest>> {
	if (error instanceof PollError) return { status: 422, error: error.message };
	if (!(error instanceof UserError)) throw error;
	const words = [error.message, ...error.nextSteps].join('; ');
	return { status: error.exitCode === exitCodes.unavailable ? 429 : 422, error: words };
}
