import type { Monitor } from '../../app/open-monitor.ts';
import type { Settings } from '../../config/settings.ts';
import type { PathProbe } from '../../diagnosis/case.ts';
import type { Target } from '../../domain/target.ts';
import type { RunScreenTest } from '../../network-tests/screen-test.ts';
import type { CommandContext } from '../command.ts';

export interface ScreenNetworkOptions {
	readonly context: Pick<CommandContext, 'env' | 'clock'>;
	readonly settings: Settings;
	readonly targets: readonly Target[];
	readonly monitor: Monitor;
}

/** What screens can do on the network. */
export interface ScreenNetwork {
	readonly measurePath: (name: string, signal: AbortSignal) => Promise<PathProbe | undefined>;
	readonly runNetworkTest: RunScreenTest;
}

/** Loads the code of a test when a key asks for it: the first picture does not wait for it. */
export function createScreenNetwork(options: ScreenNetworkOptions): ScreenNetwork {
	const { context, settings, targets, monitor } = options;
	const { env, clock } = context;
	return {
		async measurePath(name, signal) {
			const target = targets.find((each) => each.name === name);
			const { measurePathTo } = await import('../../app/measure-paths.ts');
			return target && measurePathTo(target, { env, clock, settings, signal });
		},
		async runNetworkTest(asked) {
			const { runScreenTest } = await import('./network-tests.ts');
			const nodes = () => monitor.moment().nodes.map(({ snapshot }) => snapshot);
			return runScreenTest(asked, { env, clock, settings, targets, nodes });
		},
	};
}
