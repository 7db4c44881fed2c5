import { levelOf } from '../sections/health/severity.ts';
import { cellWidth } from '../domain/cell-width.ts';
import { formatMs } from '../domain/format.ts';
import type { Issue } from '../sections/health/schema.ts';
import type { NodeSnapshot, SnapshotDocument } from '../sections/snapshot.ts';
import { groupLines } from './group-lines.ts';
import { healthWords } from './health-words.ts';
import { byGravity } from './issues.ts';
import { toneOfLevel, toneOfSeverity } from '../domain/tone.ts';
import { capitalise } from '../domain/units.ts';
import { createTextStyle, pad, wrap } from './text-style.ts';
import type { Tone } from '../domain/tone.ts';
import type { TextOptions, TextStyle } from './text-style.ts';
import { statusBlocks } from './status-sections.ts';
import type { StatusBlock, StatusLine } from './status-sections.ts';

export interface StatusOptions extends TextOptions {
	/** A kind in words, as `QuDAG node`, for the title; default: the kind's own name. */
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
	const style = createTextStyle(options, document.takenAt);
	const earlier = new Map(
		previous.nodes.map((node) => [node.target.name, bases(blocksOf(node, style))]),
	);
	return printDocument(document, options, (node) => earlier.get(node.target.name));
}

/** What every row was counted from, by section and label. */
type Bases = ReadonlyMap<string, string>;

function bases(blocks: readonly StatusBlock[]): Bases {
	return new Map(
		blocks.flatMap(({ title, lines }) =>
			lines.map(({ label, basis }) => [`${title}/${label}`, basis] as const),
		),
	);
}

function printDocument(
	document: SnapshotDocument,
	options: StatusOptions,
	earlierOf: (node: NodeSnapshot) => Bases | undefined,
): string {
	const style = createTextStyle(options, document.takenAt);
	if (document.nodes.length === 0) return 'No nodes.\n';
	const networks = networkLines(document, style);
	const nodes = document.nodes.map((node) => {
		const kind = options.kindTitle?.(node.target.kind) ?? `${node.target.kind} node`;
		const heading = `${kind.split(' ').map(capitalise).join(' ')} Status`;
		// One node is known from the command; several have their names.
		const title = document.nodes.length === 1 ? heading : `${heading}: ${node.target.name}`;
		return printNode(node, title, style, earlierOf(node));
	});
	return [...nodes, ...(networks.length > 0 ? [networks] : [])]
		.map((lines) => `${lines.join('\n')}\n`)
		.join('\n\n');
}

/** Lines below the nodes about all of them together; empty if there are none. */
function networkLines(document: SnapshotDocument, style: TextStyle): string[] {
	const lines = groupLines(document, style);
	if (lines.length === 0) return [];
	const rule = style.marks.doubleRule.repeat(Math.min(style.width, ruleWidth));
	return [style.paint('title', 'Networks'), style.paint('dim', rule), ...lines];
}

function printNode(
	node: NodeSnapshot,
	title: string,
	style: TextStyle,
	earlier: Bases | undefined,
): string[] {
	const titleLines = wrap(style.show(title), style.width);
	const widest = Math.max(...titleLines.map((line) => cellWidth(line)));
	const rule = style.marks.doubleRule.repeat(Math.min(style.width, Math.max(ruleWidth, widest)));
	const lines = [...titleLines.map((line) => style.paint('title', line)), style.paint('dim', rule)];
	for (const block of blocksOf(node, style)) {
		lines.push('');
		// The verdict's line stands for itself: `Health: …` is heading and value at once.
		const isVerdict = block.title === '';
		if (!isVerdict) lines.push(style.paint('title', `${block.title}:`));
		for (const line of block.lines) {
			const basis = earlier?.get(`${block.title}/${line.label}`);
			const hasChanged = earlier !== undefined && basis !== line.basis;
			lines.push(...printLine(line, style, { hasChanged, isVerdict }));
		}
	}
	for (const issue of node.health.issues.toSorted(byGravity))
		lines.push(...printIssue(issue, style));
	return lines;
}

/** What the node reported, then the verdict. */
function blocksOf(node: NodeSnapshot, style: TextStyle): StatusBlock[] {
	const { status } = node.health;
	const level = levelOf(node.health);
	const value = `${style.marks.level[level]} ${healthWords[status]}`;
	const verdict = { label: 'Health', value, tone: toneOfLevel[level], basis: status };
	const blocks = statusBlocks(node, style).map((block) =>
		block.title === 'Network' && node.poll.status !== 'failed'
			? { ...block, lines: [...block.lines, networkHealth(node, style)] }
			: block,
	);
	return [...blocks, { title: '', lines: [verdict] }];
}

/** The worst that was found about the node's network, as QuDAG's layout says it there. */
function networkHealth(
	{ health: { issues, components = [] } }: NodeSnapshot,
	style: TextStyle,
): StatusLine {
	const checked = components.find(({ component }) => component === 'network')?.status ?? 'up';
	const found = issues.filter(({ component }) => component === 'network').toSorted(byGravity)[0];
	const isWorse = found !== undefined && found.severity !== 'info' && checked !== 'down';
	const status = isWorse ? 'degraded' : checked;
	const level = levelOf({ status, issues: found ? [found] : [] });
	const value = `${style.marks.health[status]} ${healthWords[status]}`;
	return { label: 'Health', value, tone: toneOfLevel[level], basis: status };
}

interface LineOptions {
	readonly hasChanged: boolean;
	readonly isVerdict: boolean;
}

function printLine(
	{ label, value, tone }: StatusLine,
	style: TextStyle,
	{ hasChanged, isVerdict }: LineOptions,
): string[] {
	const marksByText = hasChanged && !style.hasColor;
	const margin = marksByText ? changedIndent : isVerdict ? '' : indent;
	const lead = `${margin}${pad(`${label}:`, valueColumn - 1)} `;
	const valueWidth = Math.max(leastValueWidth, style.width - lead.length);
	return wrap(style.show(value), valueWidth).map((piece, index) => {
		const shown = style.paint(hasChanged ? 'changed' : tone, piece);
		return `${index === 0 ? lead : ' '.repeat(lead.length)}${shown}`.trimEnd();
	});
}

function printIssue(issue: Issue, style: TextStyle): string[] {
	const { marks, nowMs } = style;
	const sinceMs = nowMs - Date.parse(issue.since);
	const age = formatMs(Math.max(0, Math.floor(sinceMs / 1000)) * 1000);
	const head = `${marks.severity[issue.severity]} ${issue.component}: ${issue.message} (for ${age})`;
	const detail = [
		...(issue.evidence === undefined ? [] : [issue.evidence]),
		...(issue.nextStep === undefined ? [] : [`${marks.next} ${issue.nextStep}`]),
	];
	return [
		...hang(head, style, indent, toneOfSeverity[issue.severity]),
		...detail.flatMap((text) => hang(text, style, `${indent}${indent}`, 'plain')),
	];
}

function hang(text: string, style: TextStyle, margin: string, tone: Tone): string[] {
	const width = Math.max(leastValueWidth, style.width - margin.length);
	return wrap(style.show(text), width).map((piece) => margin + style.paint(tone, piece));
}
