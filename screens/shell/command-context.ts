import type { Moment, NodeMoment } from '../../source/sections/moment.ts';
import type { Travel } from '../../source/sections/travel.ts';
import type { Setup } from '../../source/domain/setup.ts';
import type { AlertList } from '../alerts/alert-list.ts';
import type { Actions } from '../services.ts';
import type { ViewAction, ViewState } from '../view-state.ts';

/** Ink's way to leave the terminal for the time of a callback. */
export type SuspendTerminal = (callback: () => Promise<void>) => Promise<void>;

/** What keys do to the picture and the program; paused or not. */
export interface Controls {
	setIntervalMs(intervalMs: number): void;
	setPaused(isPaused: boolean): void;
	/** Gives the terminal back to the shell until the job is continued. */
	suspend(suspendTerminal: SuspendTerminal): void;
	/** Hands a text to the terminal's clipboard. */
	copy(text: string): void;
	quit(): void;
}

export interface CommandContext {
	readonly view: ViewState;
	readonly dispatch: (action: ViewAction) => void;
	readonly controls: Controls;
	readonly suspendTerminal: SuspendTerminal;
	readonly travel: Travel;
	readonly setup: Setup;
	/** Absent while the view is not live. */
	readonly actions: Actions | undefined;
	readonly moment: Moment;
	readonly listed: readonly NodeMoment[];
	readonly selected: NodeMoment | undefined;
	/** As the Alerts screen lists them. */
	readonly alerts: AlertList;
	/** How far what lies over the screen can be scrolled, in lines. */
	readonly overlayEnd: number;
	/** Rows of half a page. */
	readonly pageRows: number;
	readonly isPaused: boolean;
	readonly intervalMs: number;
	readonly setIntervalMs: (intervalMs: number) => void;
}
