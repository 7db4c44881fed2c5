import type { ReactNode } from 'react';
import type { Look } from '../components/look.ts';
import type { Setup } from '../source/domain/setup.ts';
import type { Past } from '../source/history/past.ts';
import type { ReadLogs } from '../source/lifecycle/shown.ts';
import type { LimitsOf } from '../source/sections/limits.ts';
import type { Moment, NodeMoment } from '../source/sections/moment.ts';
import type { AlertList } from './alerts/alert-list.ts';
import type { Actions, WhyAbsent } from './services.ts';
import { windowMsOf } from './chart-window.ts';
import type { ViewState } from './view-state.ts';

/** What cells need besides their row. */
export interface FleetFrame {
	readonly nowMs: number;
	readonly look: Look;
	/** How far sparklines reach back. */
	readonly windowMs: number;
}

/** What the shell gives to the screen that is shown. */
export interface ScreenProps {
	readonly look: Look;
	readonly width: number;
	readonly height: number;
	/** Everything that is drawn; ages are counted to its time. */
	readonly moment: Moment;
	/** The alerts that the filter lets through, in order. */
	readonly alerts: AlertList;
	/** The nodes that the filter lets through, in order. */
	readonly listed: readonly NodeMoment[];
	/** Absent when no node is listed. */
	readonly selected: NodeMoment | undefined;
	readonly view: ViewState;
	/** Absent while the view is not live. */
	readonly actions: Actions | undefined;
	readonly whyAbsent: WhyAbsent;
	/** From which value on a rule alerts. */
	readonly limitsOf: LimitsOf;
	/** Answers what was recorded, up to the moment and before. */
	readonly past: Past;
	/** Reads the log of a node that nodetop runs. */
	readonly logs: ReadLogs;
	/** What to do next when nothing is configured. */
	readonly hint: string | undefined;
	/** What can be changed of the program itself, and what came of it. */
	readonly setup: Setup;
}

export type Screen = (props: ScreenProps) => ReactNode;

/** A part of a screen that can have the focus, and fill the screen. */
export interface ScreenRegion {
	readonly id: string;
	readonly draw: Screen;
	/** Whether it has anything to show; always, where absent. */
	readonly isShown?: (
		props: Pick<ScreenProps, 'moment' | 'selected' | 'alerts' | 'view'>,
	) => boolean;
	/** Left and right move the cursor of its charts while it fills the screen. */
	readonly hasCharts?: boolean;
}

export function fleetFrameOf({
	look,
	moment,
	view,
}: Pick<ScreenProps, 'look' | 'moment'> & {
	readonly view: Pick<ViewState, 'window'>;
}): FleetFrame {
	return { nowMs: moment.atMs, look, windowMs: windowMsOf(view) };
}
