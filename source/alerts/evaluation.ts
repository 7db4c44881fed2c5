import type { Alert } from '../domain/alert.ts';
import type { Incident } from './incident.ts';
import type { StepEvent } from './step.ts';

/** When an evaluation takes place, on both clocks. */
export interface EvaluationTime {
	/** Unix ms, for display, silences and ages. */
	readonly wallMs: number;
	/** Milliseconds of a clock that is never set; only differences count. */
	readonly steadyMs: number;
}

/** One change of one alert, for the history. */
export interface Transition {
	readonly at: string;
	readonly event: StepEvent;
	readonly incident: Incident;
}

export interface Evaluation {
	/** Pending, firing and recently resolved alerts, for the document. */
	readonly alerts: readonly Alert[];
	/** Firing alerts and those that ended in the last 24 hours, for delivery. */
	readonly incidents: readonly Incident[];
	readonly transitions: readonly Transition[];
	/** Whether an alert waits to fire or to end; the time it has waited is then worth saving. */
	readonly isWaiting: boolean;
	/** Alerts past a rule's `maxAlerts`, by rule. */
	readonly dropped: Readonly<Record<string, number>>;
}
