import type { SnapshotDocument } from '../../sections/snapshot.ts';
import { find, setText } from './dom.ts';

let seen: Set<string> | undefined;

/** Announces alerts that begin to fire: to screen readers, and as a notification where that is allowed. */
export function announceAlerts({ alerts }: SnapshotDocument): void {
	const firing = alerts.filter(({ state, muted }) => state === 'firing' && muted === undefined);
	const keyOf = (alert: (typeof firing)[number]) =>
		`${alert.fingerprint ?? alert.rule} ${alert.since}`;
	const before = seen;
	seen = new Set(firing.map(keyOf));
	// What fired before the page was opened is no news.
	if (!before) return;
	for (const alert of firing) {
		const key = keyOf(alert);
		if (before.has(key)) continue;
		setText(find('announcer'), `${alert.severity} alert: ${alert.message}`);
		if ('Notification' in globalThis && Notification.permission === 'granted') {
			const title = `${alert.severity}: ${alert.rule}`;
			const notification = new Notification(title, { body: alert.message, tag: key });
			notification.addEventListener('click', () => {
				globalThis.focus();
			});
		}
	}
}

/** Offers notifications where the browser has them and the person was not asked yet. */
export function offerNotifications(): void {
	const button = find('notify');
	const update = (): void => {
		button.hidden = !('Notification' in globalThis) || Notification.permission !== 'default';
	};
	button.addEventListener('click', () => {
		void Notification.requestPermission().then(update);
	});
	update();
}
