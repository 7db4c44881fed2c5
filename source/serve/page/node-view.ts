import { formatAge } from '../../domain/format.ts';
import type { NodeSnapshot, SnapshotDocument } from '../../sections/snapshot.ts';
import type { Connection } from './connection.ts';
import { find, make } from './dom.ts';
import { lookOf } from './health-look.ts';
import { HistoryPanel } from './history-panel.ts';

interface Facts {
	readonly title: string;
	readonly facts: readonly {
		readonly label: string;
		readonly value: string;
		readonly tone: string;
	}[];
}

const tones = new Set(['good', 'warn', 'bad', 'unknown', 'dim']);

/** One node: its health, everything that it reports, and its numbers over time. */
export function createNodeView(connection: Connection) {
	let name: string | undefined;
	let readAt = '';
	const issues = make('div', { class: 'panel' });
	const facts = make('div', { class: 'facts' });
	const history = new HistoryPanel(connection);

	async function readFacts(of: string): Promise<void> {
		const found = (await connection.get(
			`/api/v1/nodes/${encodeURIComponent(of)}/facts`,
		)) as Facts[];
		if (of === name) facts.replaceChildren(...found.map(factsPanel));
	}

	return {
		open(next: string | undefined) {
			name = next;
			readAt = '';
			const section = find('node');
			section.hidden = next === undefined;
			if (next === undefined) return;
			facts.replaceChildren();
			section.replaceChildren(
				make('p', {}, make('a', { href: '#/', id: 'back' }, '← All nodes')),
				make('h2', { id: 'node-title', tabindex: '-1' }, next),
				issues,
				facts,
				history.element,
			);
			find('node-title').focus();
			history.open(next);
		},
		show({ nodes, takenAt }: SnapshotDocument) {
			const node = nodes.find(({ target }) => target.name === name);
			if (name === undefined) return;
			issues.replaceChildren(
				...(node ? issueLines(node, Date.parse(takenAt)) : ['It is not watched.']),
			);
			const at = node?.poll.at ?? '';
			if (!node || at === readAt) return;
			readAt = at;
			readFacts(name).catch(() => {
				// The stream says it when the server is gone; it is read again at the next poll.
				readAt = '';
			});
		},
	};
}

function issueLines({ health }: NodeSnapshot, nowMs: number): HTMLElement[] {
	return [
		make('p', {}, 'Health: ', lookOf(health.status)),
		...health.issues.map(({ severity, message, since, nextStep, evidence }) =>
			make(
				'p',
				{},
				lookOf(severity),
				` ${message}`,
				make('span', { class: 'dim' }, ` ${formatAge(since, nowMs)}`),
				evidence === undefined ? undefined : make('div', { class: 'dim' }, evidence),
				nextStep === undefined ? undefined : make('div', { class: 'dim' }, `→ ${nextStep}`),
			),
		),
	];
}

function factsPanel({ title, facts }: Facts): HTMLElement {
	const pairs = facts.flatMap(({ label, value, tone }) => [
		make('dt', {}, label),
		make('dd', { class: tones.has(tone) ? tone : undefined }, value),
	]);
	return make('div', { class: 'panel' }, make('h3', {}, title), make('dl', {}, ...pairs));
}
