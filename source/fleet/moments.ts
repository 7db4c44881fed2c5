import { systemClock } from '../domain/clock.ts';
import type { Clock } from '../domain/clock.ts';
import type { ReadableStore } from '../domain/store.ts';
import type { AlertingStatus } from '../sections/alerting/schema.ts';
import type { Moment, MomentSource } from '../sections/moment.ts';
import type { Fleet } from './fleet.ts';
import { createMomentTaker } from './to-moment.ts';
import type { MomentContext } from './to-moment.ts';

export interface MomentsOptions extends Pick<MomentContext, 'networkOf'> {
	readonly clock?: Clock | undefined;
	readonly alerting?: ReadableStore<AlertingStatus> | undefined;
}

/** The present moment of a fleet, whenever it is asked for. */
export function createMoments(fleet: Fleet, options: MomentsOptions = {}): MomentSource {
	const { clock = systemClock, alerting, networkOf } = options;
	const take = createMomentTaker();
	let last: Moment | undefined;
	return {
		getSnapshot() {
			const next = take(fleet.getSnapshot(), {
				atMs: clock.now(),
				alerting: alerting?.getSnapshot(),
				networkOf,
			});
			if (last === undefined || !isSame(last, next)) last = next;
			return last;
		},
		subscribe(listener) {
			const ends = [fleet.subscribe(listener), alerting?.subscribe(listener)];
			return () => {
				for (const end of ends) end?.();
			};
		},
	};
}

function isSame(a: Moment, b: Moment): boolean {
	return (
		a.atMs === b.atMs &&
		a.nodes === b.nodes &&
		a.groups === b.groups &&
		a.witness === b.witness &&
		a.alerts === b.alerts &&
		a.alerting === b.alerting
	);
}
