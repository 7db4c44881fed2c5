import { gather } from '../../app/configuration.ts';
import { replayCommand, replayTime } from '../../alerts/incident.ts';
import { commandFlagsOf } from '../../app/watch-setup.ts';
import { compareSeverity } from '../../alerts/delivery/message.ts';
import { formatValue } from '../../domain/rule-message.ts';
import { subjectOf } from '../../alerts/subject-of.ts';
import { didYouMean } from '../../config/nearest.ts';
import { clean, stripControls } from '../../domain/clean.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { formatAge } from '../../domain/format.ts';
import { ruleUnits } from '../../domain/rule.ts';
import type { Alert } from '../../domain/alert.ts';
import { alertStates, severities } from '../../domain/words.ts';
import type { Severity } from '../../domain/words.ts';
import { createTextStyle, wrap } from '../../export/text-style.ts';
import type { TextStyle } from '../../export/text-style.ts';
import { tableLines } from '../../export/text-table.ts';
import type { TextColumn } from '../../export/text-table.ts';
import { bookFlags, openAlertBook } from './alert-book.ts';
import type { AlertBook } from './alert-book.ts';
import { shortIds } from './alert-id.ts';
import { muteReason } from './mute-reason.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';

type State = Alert['state'];

interface Row {
	readonly id: string;
	readonly alert: Alert;
	/** Why the alert is muted, in words. */
	readonly mutedBy: string | undefined;
	/** The command that shows the moment at which it began. */
	readonly replay: string;
}

/** `nodetop alerts list`: the alerts as they stand on disk. */
export async function listAlerts(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		...bookFlags,
		all: { type: 'boolean' },
		pending: { type: 'boolean' },
		resolved: { type: 'boolean' },
		severity: { type: 'string' },
		check: { type: 'boolean' },
		json: { type: 'boolean' },
	});
	const states = chooseStates(flags);
	const least = readSeverity(flags.severity);
	const book = await openAlertBook(context, flags);
	if (input.length > 0) await checkNames(input, book, context, flags);
	const nowMs = context.clock.now();
	const commandFlags = commandFlagsOf(book.profile, { flags, env: context.env });
	const ids = shortIds(book.alerts.map(({ fingerprint = '' }) => fingerprint));
	const rows = book.alerts
		.filter((alert) => isAsked(alert, states, least, input))
		.toSorted(byGravity)
		.map((alert): Row => {
			const id = ids.get(alert.fingerprint ?? '') ?? '';
			const replay = replayCommand(alert.since, commandFlags);
			return { id, alert, mutedBy: muteReason(alert, book, nowMs), replay };
		});
	context.stdout.write(
		flags.json === true
			? `${JSON.stringify(toDocument(rows, book, nowMs), undefined, '\t')}\n`
			: toText(rows, states, book, textStyleFor(context), commandFlags),
	);
	return flags.check === true ? severityCode(rows, book) : exitCodes.ok;
}

/** Text for people at a terminal of some width; for a pipe, lines of any length. */
export function textStyleFor({ stdout, clock, env }: CommandContext): TextStyle {
	const { columns } = stdout;
	const isAscii = (env['NODETOP_ASCII'] ?? '') !== '' && env['NODETOP_ASCII'] !== '0';
	return createTextStyle(
		{ ...(columns !== undefined && { width: columns }), ascii: isAscii },
		new Date(clock.now()).toISOString(),
	);
}

function chooseStates(
	flags: Readonly<Record<'all' | 'pending' | 'resolved', boolean | undefined>>,
): readonly State[] {
	const chosen = (['all', 'pending', 'resolved'] as const).filter((name) => flags[name] === true);
	const [first] = chosen;
	if (chosen.length > 1) {
		throw new UserError(
			`only one of them at a time: ${chosen.map((name) => `--${name}`).join(' ')}`,
			{ nextSteps: ['--all lists firing, pending and recently resolved alerts'] },
		);
	}
	if (first === undefined) return ['firing'];
	return first === 'all' ? alertStates : [first];
}

function readSeverity(text: string | undefined): Severity {
	const found = severities.find((severity) => severity === (text ?? 'info'));
	if (found) return found;
	throw new UserError(`--severity: "${clean(text ?? '', 40)}" is not a severity`, {
		nextSteps: [...didYouMean(text ?? '', severities), `severities: ${severities.join(', ')}`],
	});
}

/** A mistyped name must not look like a node without alerts. */
async function checkNames(
	names: readonly string[],
	{ alerts }: AlertBook,
	context: CommandContext,
	flags: { readonly profile?: string | undefined; readonly config?: string | undefined },
): Promise<void> {
	const { nodes } = await gather({ flags, env: context.env, nodeSpecs: [], warn: () => undefined });
	const known = new Set([
		...nodes.map(({ entry }) => entry.name ?? ''),
		...alerts.flatMap(({ node, group }) => [node ?? '', group ?? '']),
	]);
	known.delete('');
	for (const name of names) {
		if (known.has(name)) continue;
		throw new UserError(`no node of the profile and no alert is called "${clean(name, 60)}"`, {
			nextSteps: [...didYouMean(name, [...known]), 'leave it out to see all alerts'],
		});
	}
}

function isAsked(
	alert: Alert,
	states: readonly State[],
	least: Severity,
	names: readonly string[],
): boolean {
	const { node = '', group = '' } = alert;
	return (
		states.includes(alert.state) &&
		compareSeverity(alert.severity, least) >= 0 &&
		(names.length === 0 || names.includes(node) || names.includes(group))
	);
}

const stateOrder: Readonly<Record<State, number>> = { firing: 0, pending: 1, resolved: 2 };

function byGravity(a: Alert, b: Alert): number {
	return (
		stateOrder[a.state] - stateOrder[b.state] ||
		compareSeverity(b.severity, a.severity) ||
		(b.resolvedAt ?? b.since).localeCompare(a.resolvedAt ?? a.since) ||
		subjectOf(a.labels).localeCompare(subjectOf(b.labels))
	);
}

function toDocument(rows: readonly Row[], book: AlertBook, nowMs: number): object {
	return {
		schema: 'nodetop-alert-list/1',
		takenAt: new Date(nowMs).toISOString(),
		profile: book.profile,
		isWatched: book.isWatched,
		...(book.isBehind && { isBehind: true }),
		...(book.savedAt !== undefined && { savedAt: book.savedAt }),
		...(book.problems.length > 0 && { problems: book.problems }),
		alerts: rows.map(({ id, alert, mutedBy, replay }) => ({
			id,
			...alert,
			replay,
			...(mutedBy !== undefined && { mutedBy }),
		})),
	};
}

function columnsFor(style: TextStyle): readonly TextColumn<Row>[] {
	return [
		{ title: 'ID', priority: 0, read: ({ id }) => id },
		{
			title: 'SEVERITY',
			priority: 0,
			read: ({ alert: { severity } }) => `${style.marks.severity[severity]} ${severity}`,
		},
		{
			title: 'STATE',
			priority: 0,
			read: ({ alert: { state, isStale } }) =>
				`${state === 'firing' ? '' : state}${isStale === true ? ' stale' : ''}`.trim(),
		},
		{ title: 'RULE', priority: 0, leastWidth: 12, read: ({ alert }) => alert.rule },
		{ title: 'ABOUT', priority: 0, leastWidth: 10, read: ({ alert }) => subjectOf(alert.labels) },
		{
			title: 'SINCE',
			isRight: true,
			priority: 1,
			read: ({ alert }) => formatAge(alert.since, style.nowMs),
		},
		{ title: 'VALUE', isRight: true, priority: 3, read: ({ alert }) => valueOf(alert) },
		{ title: 'MUTED', priority: 2, leastWidth: 22, read: ({ mutedBy = '' }) => mutedBy },
		{
			title: 'MESSAGE',
			priority: 4,
			leastWidth: 24,
			read: ({ alert: { message, reason } }) =>
				reason === undefined ? message : `${reason}: ${message}`,
		},
		{ title: 'BEGAN AT', priority: 5, read: ({ alert }) => replayTime(alert.since) },
	];
}

/** How to see the moment at which one of them began. */
function replayHint(flags: readonly string[], width: number): readonly string[] {
	const hint = (command: string): string =>
		`${command.trimEnd()} TIME shows the moment at which an alert began`;
	const whole = hint(replayCommand('', flags));
	return whole.length <= width ? [whole] : wrap(hint(replayCommand('')), width);
}

/** `97.5% / 80%`: what it is, and what it may be. */
function valueOf({ value, threshold, unit }: Alert): string {
	const known = ruleUnits.find((each) => each === unit);
	return [value, threshold]
		.filter((each) => each !== undefined)
		.map((each) => formatValue(each, known))
		.join(' / ');
}

function toText(
	rows: readonly Row[],
	states: readonly State[],
	book: AlertBook,
	style: TextStyle,
	commandFlags: readonly string[],
): string {
	const lines =
		rows.length === 0
			? [states.includes('firing') ? 'nothing fires' : `nothing is ${states.join(' or ')}`]
			: [
					summarize(rows),
					'',
					...tableLines(rows, columnsFor(style), style, { cutFirst: 'widest' }),
				];
	const note = watchNote(book, style.nowMs);
	const notes = [
		...book.problems.map((problem) => `(!) ${stripControls(problem)}`),
		...(note === undefined ? [] : [note]),
		...(rows.length === 0 ? [] : replayHint(commandFlags, style.width)),
	];
	const gap = rows.length > 0 && notes.length > 0 ? [''] : [];
	return `${[...lines, ...gap, ...notes].join('\n')}\n`;
}

function summarize(rows: readonly Row[]): string {
	const parts = alertStates
		.toSorted((a, b) => stateOrder[a] - stateOrder[b])
		.map((state) => {
			const those = rows.filter(({ alert }) => alert.state === state);
			const counts = severities.toReversed().map((severity) => {
				const count = those.filter(({ alert }) => alert.severity === severity).length;
				return count === 0 ? '' : `${count} ${severity}`;
			});
			const muted = those.filter(({ mutedBy }) => mutedBy !== undefined).length;
			const all = [
				...counts.filter((text) => text !== ''),
				...(muted > 0 ? [`${muted} muted`] : []),
			];
			return those.length === 0 ? '' : `${those.length} ${state}: ${all.join(', ')}`;
		});
	return parts.filter((part) => part !== '').join('; ');
}

/** What keeps the list from being of now; `undefined` when somebody watches. */
export function watchNote(
	{ isWatched, isBehind, savedAt }: Pick<AlertBook, 'isWatched' | 'isBehind' | 'savedAt'>,
	nowMs: number,
): string | undefined {
	if (isWatched && !isBehind) return undefined;
	if (isBehind) {
		const since =
			savedAt === undefined
				? 'has written nothing yet'
				: `has written nothing for ${formatAge(savedAt, nowMs)}`;
		return `what watches ${since}: it begins, hangs, or its disk is full; this may be out of date`;
	}
	return savedAt === undefined
		? 'no process watches, and none has yet: run nodetop watch'
		: `no process watches now: this is the state of ${formatAge(savedAt, nowMs)} ago`;
}

/** As plugins of Nagios say it. What is muted is somebody’s already. */
function severityCode(rows: readonly Row[], { isWatched, isBehind }: AlertBook): number {
	if (!isWatched || isBehind) return exitCodes.unknown;
	const told = rows.filter(
		({ alert, mutedBy }) => alert.state === 'firing' && mutedBy === undefined,
	);
	if (told.some(({ alert }) => alert.severity === 'critical')) return 2;
	return told.some(({ alert }) => alert.severity === 'warning') ? 1 : 0;
}
