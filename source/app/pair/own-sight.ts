import { emptyAlertState } from '../../alerts/alert-state.ts';
import { createAlertCore } from '../../alerts/core.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { inputOf } from '../alert-cycle.ts';
import type { AlertSettings } from '../alerting-options.ts';
import { createEvaluationLoop } from '../evaluation-loop.ts';
import { mostSeen } from './messages.ts';

export interface OwnSightOptions {
	readonly fleet: Fleet;
	readonly settings: Pick<AlertSettings, 'rules' | 'quiet'>;
	readonly clock: Clock;
	readonly reportBug: (error: unknown) => void;
}

/** What the standby of a pair sees by its own polls. It tells nobody but the active watch. */
export interface OwnSight {
	/** Fingerprints of the alerts that would fire here; `undefined` before the first evaluation. */
	readonly firing: () => readonly string[] | undefined;
	readonly stop: () => Promise<void>;
}

const periodMs = 1000;

/** Evaluates the rules beside the alerts of the other watch, without a file and without a message. */
export function openOwnSight({ fleet, settings, clock, reportBug }: OwnSightOptions): OwnSight {
	const { rules, quiet } = settings;
	fleet.judge.reload(rules);
	const core = createAlertCore(emptyAlertState(), rules, quiet);
	let firing: readonly string[] | undefined;
	const loop = createEvaluationLoop({
		evaluate() {
			const time = { wallMs: clock.now(), steadyMs: clock.steadyNow() };
			const { alerts } = core.evaluate(inputOf(fleet, time.wallMs, undefined), time);
			firing = alerts
				.flatMap(({ state, fingerprint }) => (state === 'firing' ? (fingerprint ?? []) : []))
				.slice(0, mostSeen);
			return Promise.resolve();
		},
		periodMs,
		clock,
		reportBug,
	});
	loop.schedule(0);
	return { firing: () => firing, stop: () => loop.close() };
}
