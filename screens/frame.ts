import type { ReactNode } from 'react';
import type { Look } from '../components/look.ts';
import type { AlertingState } from '../source/alerts/alerting-state.ts';
import type { Alert } from '../source/domain/alert.ts';
import type { Group, Witness } from '../source/sections/group/schema.ts';
import type { NodeState } from '../source/fleet/fleet.ts';
import type { AlertList } from './alerts/alert-list.ts';
import type { Services } from './services.ts';
import type { ViewState } from './view-state.ts';

/** What cells need besides their row. */
export interface FleetFrame {
	readonly nowMs: number;
	readonly look: Look;
}

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
	/** Who asks the rules, and whether alerts get out, as it is now. */
	readonly alerting: AlertingState;
	readonly services: Services;
	/** What to do next when nothing is configured. */
	readonly hint: string | undefined;
}

export type Screen = (props: ScreenProps) => ReactNode;
