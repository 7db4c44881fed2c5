import { formatAge, formatNames } from '../../source/domain/format.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { toneOfHealth, toneOfSeverity } from '../../source/domain/tone.ts';
import { connectionFaults, healthStatuses, severities } from '../../source/domain/words.ts';
import type { ConnectionFault, Health, Severity } from '../../source/domain/words.ts';
import type { AlertChange, Change } from '../../source/history/changes.ts';
import { findingOf } from '../../source/sections/findings.ts';
import { codeOf } from '../../source/sections/rule-names.ts';

/** One thing that happened, in plain words: a finding, its alert and the health that it changed are one. */
export interface Happening {
	/** Unix ms; absent where nobody recorded when. */
	readonly atMs: number | undefined;
	/** The node or the network; `nodetop` for its own connection. */
	readonly about: string;
	readonly node: string | undefined;
	readonly text: string;
	/** What became of it besides: its alert, the health of its node. */
	readonly notes: readonly string[];
	/** Of what began and lasts. */
	readonly severity: Severity | undefined;
	/** What health became, where nothing else explains it. */
	readonly health: Health | undefined;
	readonly tone: Tone;
}

/** A finding or an alert with what belongs to it. */
interface Trouble {
	readonly main: Change;
	readonly isOver: boolean;
	readonly notes: string[];
	/** The finding of the alert that explains its alert. */
	explainedBy?: string | undefined;
}

const alertWords: Readonly<Record<AlertChange, string>> = {
	pending: 'no alert yet',
	fired: 'alert fired',
	raised: 'alert became worse',
	lowered: 'alert became milder',
	ended: 'alert ended',
	'came and went': 'alert fired and ended',
};

/** What happened, the newest first; what has no time is last. Of many nodes alike, so many are named. */
export function happeningsOf(changes: readonly Change[], mostNames?: number): Happening[] {
	const troubles = withoutExplained(troublesOf(changes));
	const others = changes.filter(
		(change) => !isTrouble(change) && !isFirstReport(change) && !joins(change, troubles),
	);
	const happenings = [
		...troubles.map(happeningOfTrouble),
		...joinedPeers(others).map((change): Happening => ({
			...subjectOf(change),
			text: textOf(change),
			notes: [],
			severity: undefined,
			health: healthIn(change),
			tone: toneOf(change),
		})),
	];
	return alikeTogether(happenings)
		.map((all) => oneOfAll(all, mostNames))
		.toSorted((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0));
}

/** What a node reports for the first time did not change. */
function isFirstReport({ kind, what, from }: Change): boolean {
	if (kind === 'connection' || what === 'joined') return false;
	return from === undefined && !(kind === 'node' && what === undefined);
}

/** Without the alerts that another one explains which is here too: it counts them. */
function withoutExplained(troubles: readonly Trouble[]): readonly Trouble[] {
	const counts = new Map<Trouble, number>();
	const left = troubles.filter(({ main: own, explainedBy }) => {
		const cause = troubles.find(
			({ main }) =>
				codeOf(main.what ?? '') === explainedBy &&
				(main.node === undefined || main.node === own.node),
		);
		if (cause) counts.set(cause, (counts.get(cause) ?? 0) + 1);
		return cause === undefined;
	});
	// A cause may be explained itself: what it explains goes with it.
	for (const [cause, count] of counts) cause.notes.push(`explains ${count} more`);
	return left;
}

/** Two that began so far apart are two events. */
const togetherMs = 120_000;

/** What several nodes have alike at one time is one line. */
function alikeTogether(happenings: readonly Happening[]): Happening[][] {
	const keyOf = ({ text, severity, node }: Happening, index: number): string =>
		node === undefined ? `${index}` : `${text}\n${severity ?? ''}`;
	const alike = new Map<string, Happening[]>();
	for (const [index, happening] of happenings.entries()) {
		const key = keyOf(happening, index);
		const known = alike.get(key) ?? [];
		const isTogether =
			Math.abs((known[0]?.atMs ?? 0) - (happening.atMs ?? 0)) <= togetherMs &&
			known.every(({ node }) => node !== happening.node);
		if (known.length === 0 || isTogether) alike.set(key, [...known, happening]);
		else alike.set(`${key}\n${index}`, [happening]);
	}
	return [...alike.values()];
}

function oneOfAll(all: readonly Happening[], mostNames?: number): Happening {
	const first = all[0] as Happening; // Each list has one.
	if (all.length === 1) return first;
	const times = all.flatMap(({ atMs }) => atMs ?? []);
	return {
		...first,
		atMs: times.length === 0 ? undefined : Math.min(...times),
		about: `${all.length} nodes`,
		notes: [
			formatNames(all.map(({ about }) => about).toSorted(), mostNames),
			...new Set(all.flatMap(({ notes }) => notes)),
		],
	};
}

function isTrouble({ kind }: Change): boolean {
	return kind === 'finding' || kind === 'alert';
}

/** Findings, each with its alert; of what a whole network has, one for all its nodes. */
function troublesOf(changes: readonly Change[]): Trouble[] {
	const alerts = changes.filter(({ kind }) => kind === 'alert');
	const troubles = changes
		.filter((change) => change.kind === 'finding' && !isToldOfAll(change, alerts))
		.map((main): Trouble => ({ main, isOver: main.to === undefined, notes: [] }));
	for (const change of alerts) {
		const own = troubles.find(
			({ main, isOver }) =>
				main.kind === 'finding' &&
				main.node === change.node &&
				main.what === codeOf(change.what ?? '') &&
				isOver === isOverAlert(change),
		);
		const word = change.alert && alertWords[change.alert.event];
		const notes = word === undefined ? [] : [word];
		const by = change.alert?.explainedBy;
		const explainedBy = by === undefined ? undefined : codeOf(by);
		if (own) {
			own.notes.push(...notes);
			own.explainedBy = explainedBy;
		} else troubles.push({ main: change, isOver: isOverAlert(change), notes, explainedBy });
	}
	return troubles;
}

function isOverAlert({ alert }: Change): boolean {
	return alert?.event === 'ended' || alert?.event === 'came and went';
}

/** One alert tells what each node of a host or of a network has. */
function isToldOfAll({ what = '', to }: Change, alerts: readonly Change[]): boolean {
	const finding = findingOf(what);
	const isShared =
		finding?.onePer !== undefined || finding?.scope === 'group' || finding?.scope === 'fleet';
	if (!isShared) return false;
	return alerts.some(
		(change) => codeOf(change.what ?? '') === what && isOverAlert(change) === (to === undefined),
	);
}

/** Notes what became of a node's health, of a network or of its consensus beside what explains it. */
function joins(change: Change, troubles: readonly Trouble[]): boolean {
	const { kind, what, from, to, node, group } = change;
	const isStatus =
		kind === 'health' || kind === 'group' || (kind === 'consensus' && what === 'status');
	if (!isStatus || from === undefined || to === undefined) return false;
	const isOver = goodWords.has(to);
	const [own] = troubles
		.filter(({ main }) => main.node === node && main.group === group)
		.filter((trouble) => trouble.isOver === isOver)
		.filter(({ main }) => kind !== 'consensus' || partOf(main) === 'consensus')
		.toSorted((a, b) => rankOf(b.main) - rankOf(a.main));
	own?.notes.push(`${kind === 'consensus' ? 'consensus ' : ''}${from} → ${to}`);
	return own !== undefined;
}

const goodWords: ReadonlySet<string> = new Set(['up', 'agreed', 'active']);

function partOf({ what = '' }: Change): string | undefined {
	return findingOf(what)?.component;
}

function rankOf({ severity = 'info' }: Change): number {
	return severities.indexOf(severity);
}

function happeningOfTrouble({ main, isOver, notes }: Trouble): Happening {
	const message = main.alert?.message ?? main.to ?? main.from ?? '';
	const subject = subjectOf(main);
	const text = message.startsWith(`${subject.about}: `)
		? message.slice(subject.about.length + 2)
		: message;
	const { severity = 'warning' } = main;
	return {
		...subject,
		text: isOver ? `over: ${text}` : text,
		notes,
		severity: isOver ? undefined : severity,
		health: undefined,
		tone: isOver ? 'label' : toneOfSeverity[severity],
	};
}

function subjectOf({ at, node, group }: Change) {
	const atMs = at === undefined ? Number.NaN : Date.parse(at);
	const about = node ?? group ?? 'nodetop';
	return { atMs: Number.isNaN(atMs) ? undefined : atMs, about, node };
}

/** How many peers there are, who joined and who left are one line. */
function joinedPeers(changes: readonly Change[]): Change[] {
	const isPeer = ({ kind }: Change): boolean => kind === 'peers';
	return changes.flatMap((change, index): Change[] => {
		if (!isPeer(change)) return [change];
		const own = changes.filter((each) => isPeer(each) && each.node === change.node);
		if (changes.findIndex((each) => isPeer(each) && each.node === change.node) !== index) return [];
		return [{ ...change, what: 'all', to: own.map(textOfPeers).join('; ') }];
	});
}

function textOfPeers({ what, from, to }: Change): string {
	if (what === 'joined') return `joined: ${to ?? ''}`;
	if (what === 'left') return `left: ${from ?? ''}`;
	return `peers ${from ?? 'not known'} → ${to ?? 'not known'}`;
}

const faultWords: Readonly<Record<ConnectionFault, string>> = {
	us: 'our own connection is lost',
	them: 'several nodes failed at once, and not for want of our connection',
	unknown: 'several nodes failed at once: whose fault it is, is not known',
	busy: 'this machine is too busy to judge nodes',
	clock: 'the clock of this machine is wrong',
};

const names: Partial<Record<Change['kind'], string>> = {
	health: '',
	leader: 'leader',
	group: 'network',
};

/** Everything but findings and alerts. */
function textOf({ kind, what, from, to, at }: Change): string {
	if (kind === 'peers') return to ?? '';
	if (kind === 'restart') {
		const ran =
			from !== undefined && at !== undefined ? formatAge(from, Date.parse(at)) : undefined;
		return ran === undefined ? 'restarted' : `restarted after ${ran}`;
	}
	if (kind === 'node' && what === undefined)
		return to === undefined ? 'no longer watched' : 'now watched';
	if (kind === 'connection') return connectionText(to);
	const name = names[kind] ?? (what === 'status' ? kind : (what ?? kind));
	const prefix = name === '' ? '' : `${name} `;
	if (from !== undefined && to !== undefined) return `${prefix}${from} → ${to}`;
	return to === undefined ? `${prefix}no longer ${from ?? ''}` : `${prefix}now ${to}`;
}

function connectionText(verdict: string | undefined): string {
	const fault = connectionFaults.find((each) => each === verdict);
	return fault === undefined ? 'connection: nodes are judged again' : faultWords[fault];
}

function healthIn({ kind, to }: Change): Health | undefined {
	return kind === 'health' ? healthStatuses.find((each) => each === to) : undefined;
}

/** Health has the tone of what it became. */
function toneOf(change: Change): Tone {
	const health = healthIn(change);
	if (health) return toneOfHealth[health];
	if (change.kind === 'connection') return 'bad';
	return change.kind === 'restart' || change.kind === 'version' ? 'accent' : 'plain';
}
