import type { ReactNode } from 'react';
import type { Look } from '../components/look.ts';
import type { AlertingState } from '../source/alerts/alerting-state.ts';
import type { PathProbe } from '../source/diagnosis/case.ts';
import type { Alert } from '../source/domain/snapshot.ts';
import type { Group, Witness } from '../source/domain/group.ts';
import type { NodeState } from '../source/fleet/fleet.ts';
import type { SectionName } from '../source/adapters/adapter.ts';
import type { NetworkMemory } from '../source/nettest/network-tracker.ts';
import type { RunScreenTest } from '../source/nettest/screen-test.ts';
import type { AlertList } from './alert-list.ts';
import type { ViewState } from './view-state.ts';

/** What cells need besides their row. */
export interface FleetFrame {
	readonly nowMs: number;
	readonly look: Look;
}

export type MeasurePath = (name: string, signal: AbortSignal) => Promise<PathProbe | undefined>;

/** What the shell gives to the screen that is shown. */
export interface ScreenProps {
	readonly look: Look;
	readonly width: number;
	readonly height: number;
	/** Unix ms that ages are told from. */
	readonly nowMs: number;
	/** Every watched node. */
	readonly all: readonly NodeState[];
	/** Nodes of one network, as they were last compared. */
	readonly groups: readonly Group[];
	readonly witness: Witness | undefined;
	/** The alerts that the filter lets through, in order. */
	readonly alerts: AlertList;
	/** All of them. */
	readonly everyAlert: readonly Alert[];
	/** The nodes that the filter lets through, in order. */
	readonly listed: readonly NodeState[];
	/** Absent when no node is listed. */
	readonly selected: NodeState | undefined;
	readonly view: ViewState;
	/** Why a kind of node never has a section. */
	readonly whyAbsent: (kind: string, section: SectionName) => string | undefined;
	/** Measures the path to a node; `undefined` where it has none, or when the signal aborted. */
	readonly measurePath: MeasurePath;
	/** Who asks the rules, and whether alerts get out. */
	readonly alerting: AlertingState;
	/** Runs a test of a node that a key asked for. */
	readonly runNetworkTest: RunScreenTest;
	/** What the polls of a node told of its network over time; absent until it was polled. */
	readonly networkMemory: (name: string) => NetworkMemory | undefined;
	/** What to do next when nothing is configured. */
	readonly hint: string | undefined;
}

export type Screen = (props: ScreenProps) => ReactNode;
