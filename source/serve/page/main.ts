import type { SnapshotDocument } from '../../sections/snapshot.ts';
import { showAlerts } from './alerts-view.ts';
import { connect } from './connection.ts';
import { find, setText } from './dom.ts';
import { showFleet } from './fleet-view.ts';
import { createNodeView } from './node-view.ts';
import { announceAlerts, offerNotifications } from './notifications.ts';
import { startTheme } from './theme.ts';

/** Repaints at most; the stream may bring ten changes a second. */
const paintMs = 250;
const stateTexts = {
	live: 'live',
	lost: 'connection lost, trying again',
	refused: '',
	foreign: 'the server is another version: reload this page',
} as const;

const connection = connect();
const nodeView = createNodeView(connection);
const filter = find('filter') as HTMLInputElement;
let present: SnapshotDocument | undefined;
let isWaiting = false;

function paint(): void {
	isWaiting = false;
	if (!present) return;
	for (const id of ['alerts', 'nodes']) find(id).hidden = false;
	showFleet(present, filter.value);
	showAlerts(present, connection);
	announceAlerts(present);
	nodeView.show(present);
}

function openRoute(): void {
	const [, name] = /^#\/node\/(.+)$/.exec(location.hash) ?? [];
	nodeView.open(name === undefined ? undefined : decodeURIComponent(name));
	paint();
}

function moveFocus(by: 1 | -1): void {
	const links = [...document.querySelectorAll<HTMLElement>('.node-link')];
	const index = links.findIndex((link) => link === document.activeElement);
	const next = index < 0 ? (by === 1 ? 0 : links.length - 1) : index + by;
	links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
}

function pressKey(event: KeyboardEvent): void {
	const isTyping =
		event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
	if (event.key === 'Escape') {
		if (isTyping) (event.target as HTMLElement).blur();
		else location.hash = '#/';
		return;
	}
	if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
	if (event.key === '/') {
		event.preventDefault();
		filter.focus();
	} else if (event.key === 'j') moveFocus(1);
	else if (event.key === 'k') moveFocus(-1);
}

function askForToken(isRefused: boolean): void {
	const form = find('sign-in');
	if (isRefused && !form.hidden) setText(find('sign-in-problem'), 'The server refuses this token.');
	form.hidden = !isRefused;
	if (!isRefused) return;
	setText(find('verdict'), 'not signed in');
	find('token').focus();
}

find('sign-in').addEventListener('submit', (event) => {
	event.preventDefault();
	connection.useToken((find('token') as HTMLInputElement).value);
});
filter.addEventListener('input', paint);
document.addEventListener('keydown', pressKey);
addEventListener('hashchange', openRoute);
startTheme();
offerNotifications();
openRoute();
connection.follow({
	onDocument(document) {
		present = document;
		if (isWaiting) return;
		isWaiting = true;
		setTimeout(paint, paintMs);
	},
	onState(state) {
		setText(find('connection'), stateTexts[state]);
		askForToken(state === 'refused');
	},
});
