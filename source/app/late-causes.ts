import type { StoredEvent } from '../history/tables.ts';
import type { Moment } from '../sections/moment.ts';
import type { MonitorEvent } from './monitor-events.ts';

type Transition = Extract<MonitorEvent, { type: 'alertChanged' }>['transition'];

/** So long do messages wait for a cause that is about to fire: what fires within it has one cause. */
const waitMs = 30_000;

/** Alerts that fired before what explains them. */
export interface LateCauses {
	/** A change of an alert. */
	readonly note: (transition: Transition, atMs: number) => void;
	/** An event for each alert that another one explains since it fired, once. */
	readonly explained: (moment: Moment) => readonly StoredEvent[];
}

/** The transition of an alert tells what explained it as it fired; a cause with a longer hold time fires later. */
export function createLateCauses(): LateCauses {
	const alone = new Map<string, { readonly transition: Transition; readonly atMs: number }>();
	return {
		note(transition, atMs) {
			const { event, incident } = transition;
			if (event === 'resolved') alone.delete(incident.id);
			if (event === 'fired' && incident.muted === undefined)
				alone.set(incident.id, { transition, atMs });
		},
		explained({ atMs, alerts }) {
			for (const [id, fired] of alone) if (atMs - fired.atMs > waitMs) alone.delete(id);
			if (alone.size === 0) return [];
			return alerts.flatMap((alert): StoredEvent[] => {
				const id = `${alert.fingerprint ?? ''}/${alert.since}`;
				const fired = alone.get(id);
				if (!fired || alert.state !== 'firing' || alert.muted !== 'inhibited') return [];
				alone.delete(id);
				const incident = { ...fired.transition.incident, muted: alert.muted };
				const { node, group } = incident.labels;
				const data = JSON.stringify({
					at: new Date(atMs).toISOString(),
					event: 'explained',
					incident,
				});
				return [{ atMs, kind: 'alert', node, group, data }];
			});
		},
	};
}
