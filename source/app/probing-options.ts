import { stateDirectory } from '../config/paths.ts';
import type { Settings } from '../config/settings.ts';
import { createRateLimiter } from '../network-tests/rate-limit.ts';
import type { ProbingOptions } from './probing.ts';
import type { CommandContext } from '../commands/command.ts';

/** How a watch that lasts probes the paths to its nodes; `undefined` where the settings say not to. */
export function probingOf(
	{ probes }: Settings,
	{ env, now }: Pick<CommandContext, 'env' | 'now'>,
): ProbingOptions | undefined {
	if (probes === undefined) return undefined;
	const limiter = createRateLimiter(`${stateDirectory({ env })}/nettest`, now);
	return { settings: probes, limiter, now };
}
