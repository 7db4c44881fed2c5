import type { Settings } from '../../config/settings.ts';
import type { PathProbe } from '../../diagnosis/case.ts';
import type { Target } from '../../domain/target.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { NetworkTracker } from '../../network-tests/statistics/network-tracker.ts';
import type { NetworkMemory } from '../../sections/network/memory.ts';
import type { RunScreenTest } from '../../network-tests/screen-test.ts';
import type { CommandContext } from '../command.ts';

/** The statistics of the network look at every poll that is a second apart from the one before. */
const followMs = 1000;

export interface ScreenNetworkOptions {
	readonly context: Pick<CommandContext, 'env' | 'now'>;
	readonly settings: Settings;
	readonly targets: readonly Target[];
	readonly fleet: Fleet;
}

/** What screens ask of the network, and what follows the polls for it. */
export interface ScreenNetwork {
	readonly actions: {
		readonly measurePath: (name: string, signal: AbortSignal) => Promise<PathProbe | undefined>;
		readonly runNetworkTest: RunScreenTest;
	};
	/** Figures of a node's network that need several polls; undefined until it was polled. */
	readonly memoryOf: (name: string) => NetworkMemory | undefined;
	/** Begins to follow the polls. */
	follow(): Promise<void>;
	stop(): void;
}

/** Nothing is loaded before it is asked for: the first picture does not wait for it. */
export function createScreenNetwork(options: ScreenNetworkOptions): ScreenNetwork {
	const { context, settings, targets, fleet } = options;
	const { env, now } = context;
	let tracker: NetworkTracker | undefined;
	let following: NodeJS.Timeout | undefined;
	return {
		actions: {
			async measurePath(name, signal) {
				const target = targets.find((each) => each.name === name);
				const { measurePathTo } = await import('../../app/measure-paths.ts');
				return target && measurePathTo(target, { env, now, settings, signal });
			},
			async runNetworkTest(asked) {
				const { runScreenTest } = await import('./network-tests.ts');
				return runScreenTest(asked, { env, now, settings, targets, fleet });
			},
		},
		memoryOf: (name) => tracker?.memoryOf(name),
		async follow() {
			const { createNetworkTracker } =
				await import('../../network-tests/statistics/network-tracker.ts');
			const follower = createNetworkTracker();
			tracker = follower;
			following = setInterval(() => {
				for (const { snapshot } of fleet.getSnapshot().nodes) follower.observe(snapshot);
			}, followMs);
		},
		stop() {
			clearInterval(following);
		},
	};
}
