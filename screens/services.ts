import type { LimitsOf } from '../source/sections/limits.ts';
import type { ReadSectionName } from '../source/sections/registry.ts';
import type { Action } from '../source/alerts/alert-state.ts';
import type { PathProbe } from '../source/diagnosis/case.ts';
import type { Past } from '../source/history/past.ts';
import type { ReadLogs, RunProcess } from '../source/lifecycle/shown.ts';
import { createStore } from '../source/domain/store.ts';
import type { RunScreenTest } from '../source/network-tests/screen-test.ts';
import type { Travel, TravelState } from '../source/sections/travel.ts';

/** Why a kind of node never has a section; constant for a run. */
export type WhyAbsent = (kind: string, section: ReadSectionName) => string | undefined;

/** Resolves with `undefined` where the node has no path, or when the signal aborted. */
export type MeasurePath = (name: string, signal: AbortSignal) => Promise<PathProbe | undefined>;

/**
 * What a person can do from a screen beside looking at a moment. Only a live view has actions: what is
 * done happens now, not at the moment that a paused or replayed view shows.
 */
export interface Actions {
	readonly pollNow: () => void;
	readonly measurePath: MeasurePath;
	readonly runNetworkTest: RunScreenTest;
	/** Acknowledges, snoozes, silences or ends a silence, within a second. */
	readonly actOnAlerts: (action: Action) => void;
	/** Starts, restarts or stops the process of a node that nodetop runs. */
	readonly runProcess: RunProcess;
	/** Cuts the demo's DAG network in two, or ends every fault; absent where no demo runs. */
	readonly demo?: ((deed: 'partition' | 'heal') => void) | undefined;
	/** In whose name alerts are acknowledged and silenced; undefined where the person has no name. */
	readonly person: string | undefined;
}

/** Actions of a run that only has its fleet. */
export const noActions: Actions = {
	pollNow: () => undefined,
	measurePath: () => Promise.resolve(undefined),
	runNetworkTest: () =>
		Promise.resolve({ kind: 'refused', message: 'no tests can be run here', nextSteps: [] }),
	actOnAlerts: () => undefined,
	runProcess: (node) => Promise.resolve({ isDone: false, text: `nodetop does not run ${node}` }),
	person: undefined,
};

/** Of a view that has nothing recorded. */
export const noTravel: Travel = {
	state: createStore<TravelState>({
		isReplay: false,
		isLiveThere: true,
		isPlaying: false,
		speed: 1,
		notice: undefined,
	}),
	step: () => undefined,
	goTo: () => undefined,
	togglePlay: () => undefined,
	changeSpeed: () => undefined,
	toLive: () => undefined,
	dismiss: () => undefined,
};

/** The same. */
export const noLimits: LimitsOf = () => [];

export const noPast: Past = {
	curves: () => Promise.reject(new Error('nothing is recorded')),
	marks: () => Promise.reject(new Error('nothing is recorded')),
	changes: () => Promise.reject(new Error('nothing is recorded')),
};

/** Where nodetop runs no node. */
export const noLogs: ReadLogs = () => Promise.resolve(undefined);
