import { cellWidth } from '../domain/cell-width.ts';
import { formatAge, formatCount, formatDuration } from '../domain/format.ts';
import type { Issue } from '../sections/health/schema.ts';
import type { NodeSnapshot, SnapshotDocument } from '../sections/snapshot.ts';
import { groupLines } from './group-lines.ts';
import { healthWords } from './health-words.ts';
import { byGravity } from './issues.ts';
import { createPaper, pad, toneOfHealth, toneOfSeverity, wrap } from './paper.ts';
import type { Paper, TextOptions, Tone } from './paper.ts';
import { capitalise, sectionsOf } from './status-sections.ts';
import type { Row, Section } from './status-sections.ts';

export { toCompactText } from './compact-text.ts';

export interface StatusOptions extends TextOptions {
	/** A kind in words, as `QuDAG node`, for the title; the kind's own name unless told. */
	readonly kindTitle?: ((kind: string) => string | undefined) | undefined;
}

/** Where values start, as in the status text of QuDAG's node operations plan. */
const valueColumn = 14;
const indent = '  ';
const changedIndent = '* ';
const ruleWidth = 65;
const leastValueWidth = 20;

/**
 * The status of every node as the layout that QuDAG's operators know (the plan of `qudag status`,
 * section 7.1): title, rule, then sections of aligned `Label: value`. What a node did not say is left
 * out. A node that cannot be polled says first what went wrong, of when its numbers are, and what to
 * do. Lines are broken at `width`.
 */
export function toStatusText(document: SnapshotDocument, options: StatusOptions = {}): string {
	return printDocument(document, options, () => undefined);
}

/**
 * The same, with every value marked that differs from the previous document: reversed, or without
 * colours by a leading `*`. Ages and uptimes count as changed only when what they are counted from
 * changed. A node that is new is not marked.
 */
export function toWatchText(
	previous: SnapshotDocument,
	document: SnapshotDocument,
	options: StatusOptions = {},
): string {
	const paper = createPaper(options, document.takenAt);
	const earlier = new Map(
		previous.nodes.map((node) => [node.target.name, bases(nodeSections(node, paper))]),
	);
	return printDocument(document, options, (node) => earlier.get(node.target.name));
}

/** What every row was counted from, by section and label. */
type Bases = ReadonlyMap<string, string>;

function bases(sections: readonly Section[]): Bases {
	return new Map(
		sections.flatMap(({ title, rows }) =>
			rows.map((row) => [`${title}/${row.label}`, row.basis] as const),
		),
	);
}

function printDocument(
	document: SnapshotDocument,
	options: StatusOptions,
	earlierOf: (node: NodeSnapshot) => Bases | undefined,
): string {
	const paper = createPaper(options, document.takenAt);
	if (document.nodes.length === 0) return 'No nodes.\n';
	const networks = networkLines(document, paper);
	const nodes = document.nodes.map((node) => {
		const kind = options.kindTitle?.(node.target.kind) ?? `${node.target.kind} node`;
		const title = `${kind.split(' ').map(capitalise).join(' ')} Status: ${node.target.name}`;
		return printNode(node, title, paper, earlierOf(node));
	});
	return [...nodes, ...(networks.length > 0 ? [networks] : [])]
		.map((lines) => `${lines.join('\n')}\n`)
		.join('\n\n');
}

/** Below the nodes, what only they together tell; empty where that is nothing. */
function networkLines(document: SnapshotDocument, paper: Paper): string[] {
	const lines = groupLines(document, paper);
	if (lines.length === 0) return [];
	const rule = paper.marks.doubleRule.repeat(Math.min(paper.width, ruleWidth));
	return [paper.paint('title', 'Networks'), paper.paint('dim', rule), ...lines];
}

function printNode(
	node: NodeSnapshot,
	title: string,
	paper: Paper,
	earlier: Bases | undefined,
): string[] {
	const titleLines = wrap(paper.show(title), paper.width);
	const widest = Math.max(...titleLines.map((line) => cellWidth(line)));
	const rule = paper.marks.doubleRule.repeat(Math.min(paper.width, Math.max(ruleWidth, widest)));
	const lines = [...titleLines.map((line) => paper.paint('title', line)), paper.paint('dim', rule)];
	for (const section of nodeSections(node, paper)) {
		lines.push('');
		// The verdict's rows stand for themselves: `Health: …` is heading and value at once.
		const isVerdict = section.title === '';
		if (!isVerdict) lines.push(paper.paint('title', `${section.title}:`));
		for (const row of section.rows) {
			const basis = earlier?.get(`${section.title}/${row.label}`);
			const hasChanged = earlier !== undefined && basis !== row.basis;
			lines.push(...printRow(row, paper, { hasChanged, tone: toneOf(row, node), isVerdict }));
		}
	}
	for (const issue of node.health.issues.toSorted(byGravity))
		lines.push(...printIssue(issue, paper));
	return lines;
}

/** The trouble first, then what the node said, then the verdict. */
function nodeSections(node: NodeSnapshot, paper: Paper): Section[] {
	const { status } = node.health;
	const verdict = `${paper.marks.health[status]} ${healthWords[status]}`;
	const trouble = troubleRows(node, paper);
	return [
		...(trouble.length === 0 ? [] : [{ title: 'Poll Failed', rows: trouble }]),
		...sectionsOf(node, paper),
		{ title: '', rows: [{ label: 'Health', value: verdict, basis: status }] },
	];
}

function troubleRows({ poll }: NodeSnapshot, { nowMs }: Paper): Row[] {
	const { error, lastGoodAt } = poll;
	if (!error) return [];
	const lastGood =
		lastGoodAt === undefined ? 'never' : `${formatAge(lastGoodAt, nowMs)} ago; the rest is of then`;
	return [
		{ label: 'Error', value: `${error.code}: ${error.message}`, basis: error.code },
		{ label: 'Last Good', value: lastGood, basis: lastGoodAt ?? '' },
		...(error.nextStep === undefined
			? []
			: [{ label: 'Next Step', value: error.nextStep, basis: error.nextStep }]),
		...(poll.failures > 1
			? [{ label: 'Failures', value: `${formatCount(poll.failures)} in a row`, basis: '' }]
			: []),
	];
}

function toneOf({ label }: Row, node: NodeSnapshot): Tone {
	if (label === 'Error') return 'bad';
	return label === 'Health' ? toneOfHealth[node.health.status] : 'plain';
}

interface RowLook {
	readonly hasChanged: boolean;
	readonly tone: Tone;
	readonly isVerdict: boolean;
}

function printRow({ label, value }: Row, paper: Paper, look: RowLook): string[] {
	const { hasChanged, tone, isVerdict } = look;
	const marksByText = hasChanged && !paper.hasColor;
	const margin = marksByText ? changedIndent : isVerdict ? '' : indent;
	const lead = margin + pad(`${label}:`, valueColumn);
	const valueWidth = Math.max(leastValueWidth, paper.width - lead.length);
	return wrap(paper.show(value), valueWidth).map((piece, index) => {
		const shown = paper.paint(hasChanged ? 'changed' : tone, piece);
		return `${index === 0 ? lead : ' '.repeat(lead.length)}${shown}`.trimEnd();
	});
}

function printIssue(issue: Issue, paper: Paper): string[] {
	const { marks, nowMs } = paper;
	const sinceMs = nowMs - Date.parse(issue.since);
	const age = formatDuration(Math.max(0, Math.floor(sinceMs / 1000)));
	const head = `${marks.severity[issue.severity]} ${issue.component}: ${issue.message} (for ${age})`;
	const detail = [
		...(issue.evidence === undefined ? [] : [issue.evidence]),
		...(issue.nextStep === undefined ? [] : [`${marks.next} ${issue.nextStep}`]),
	];
	return [
		...hang(head, paper, indent, toneOfSeverity[issue.severity]),
		...detail.flatMap((text) => hang(text, paper, `${indent}${indent}`, 'plain')),
	];
}

function hang(text: string, paper: Paper, margin: string, tone: Tone): string[] {
	const width = Math.max(leastValueWidth, paper.width - margin.length);
	return wrap(paper.show(text), width).map((piece) => margin + paper.paint(tone, piece));
}
