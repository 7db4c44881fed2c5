import { alertingOff } from '../source/alerts/alerting-state.ts';
import type { AlertingState } from '../source/alerts/alerting-state.ts';
import type { SectionName } from '../source/adapters/adapter.ts';
import type { PathProbe } from '../source/diagnosis/case.ts';
import type { ReadableStore } from '../source/domain/store.ts';
import type { NetworkMemory } from '../source/network-tests/statistics/network-tracker.ts';
import type { RunScreenTest } from '../source/network-tests/screen-test.ts';

export type WhyAbsent = (kind: string, section: SectionName) => string | undefined;

export type MeasurePath = (name: string, signal: AbortSignal) => Promise<PathProbe | undefined>;

/**
 * What screens ask for beyond the fleet. Constant for a run: the shell hands it on as it is, so that one
 * more touches the line here, who provides it (`commands/run-on-terminal.ts`) and the screen that uses it.
 */
export interface Services {
	/** Why a kind of node never has a section. */
	readonly whyAbsent: WhyAbsent;
	/** Measures the path to a node; `undefined` where it has none, or when the signal aborted. */
	readonly measurePath: MeasurePath;
	/** Who asks the rules, and whether alerts get out. */
	readonly alerting: ReadableStore<AlertingState>;
	/** Runs a test of a node that a key asked for. */
	readonly runNetworkTest: RunScreenTest;
	/** What the polls of a node told of its network over time; absent until it was polled. */
	readonly networkMemory: (name: string) => NetworkMemory | undefined;
}

/** Those of a run that has nothing but its fleet. */
export const noServices: Services = {
	whyAbsent: () => undefined,
	measurePath: () => Promise.resolve(undefined),
	alerting: { getSnapshot: () => alertingOff, subscribe: () => () => undefined },
	runNetworkTest: () =>
		Promise.resolve({ kind: 'refused', message: 'no tests can be run here', nextSteps: [] }),
	networkMemory: () => undefined,
};
