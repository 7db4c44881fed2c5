import { formatAge } from '../../domain/format.ts';
import type { Alert } from '../../domain/alert.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';
import type { Connection } from './connection.ts';
import { find, make, setText } from './dom.ts';
import { lookOf } from './health-look.ts';

const order = { critical: 0, warning: 1, info: 2 } as const;
let shown = '';

/** The alerts that fire, the gravest first, each with a button to acknowledge it. */
export function showAlerts({ alerts, takenAt }: SnapshotDocument, { post }: Connection): void {
	const firing = alerts
		.filter(({ state }) => state === 'firing')
		.toSorted((a, b) => order[a.severity] - order[b.severity]);
	const nowMs = Date.parse(takenAt);
	const next = JSON.stringify(firing.map((alert) => [alert, formatAge(alert.since, nowMs)]));
	if (next === shown) return;
	shown = next;
	setText(find('alerts-title'), firing.length === 0 ? 'No alerts' : `Alerts (${firing.length})`);
	const list = find('alert-list');
	const focused = document.activeElement?.getAttribute('data-alert') ?? undefined;
	list.replaceChildren(...firing.map((alert) => itemOf(alert, nowMs, post)));
	if (focused !== undefined) {
		for (const button of list.querySelectorAll<HTMLElement>('[data-alert]')) {
			if (button.dataset['alert'] === focused) button.focus();
		}
	}
}

function itemOf(alert: Alert, nowMs: number, post: Connection['post']): HTMLLIElement {
	const { severity, message, since, nextStep, ackedBy, muted, fingerprint, rule } = alert;
	const isSeen = muted === 'acknowledged';
	const step = nextStep === undefined ? undefined : make('div', { class: 'dim' }, `→ ${nextStep}`);
	return make(
		'li',
		{},
		lookOf(severity),
		make('div', { class: 'message' }, message, step),
		make('span', { class: 'dim' }, formatAge(since, nowMs)),
		muted !== undefined && !isSeen ? make('span', { class: 'dim' }, muted) : undefined,
		isSeen
			? make(
					'span',
					{ class: 'dim' },
					`acknowledged${ackedBy === undefined ? '' : ` by ${ackedBy}`}`,
				)
			: fingerprint === undefined
				? undefined
				: acknowledgeButton(fingerprint, rule, post),
	);
}

function acknowledgeButton(
	fingerprint: string,
	rule: string,
	post: Connection['post'],
): HTMLButtonElement {
	const label = `Acknowledge the alert ${rule}`;
	const button = make(
		'button',
		{ type: 'button', 'data-alert': fingerprint, 'aria-label': label },
		'Acknowledge',
	);
	button.addEventListener('click', () => {
		button.disabled = true;
		setText(find('alert-problem'), '');
		post(`/api/v1/alerts/${encodeURIComponent(fingerprint)}/acknowledge`, {}).catch(
			(error: unknown) => {
				button.disabled = false;
				setText(find('alert-problem'), error instanceof Error ? error.message : String(error));
			},
		);
	});
	return button;
}
