import { levelOf } from '../sections/health/severity.ts';
import { checkedComponents, decisiveCheck } from '../sections/health/component-health.ts';
import type { CheckedComponent, ComponentHealth } from '../sections/health/component-health.ts';
import type { NodeSnapshot, SnapshotDocument } from '../sections/snapshot.ts';
import { healthLevels, healthStatuses, worstLevel } from '../domain/words.ts';
import type { Health, HealthLevel } from '../domain/words.ts';
import { perfdataOf } from './plugin-perfdata.ts';

export interface PluginReport {
	readonly state: HealthLevel;
	/** One status line with performance data, then one line a component; at most 4,096 bytes. */
	readonly text: string;
}

/** Nagios reads no more of a plugin's output (MAX_PLUGIN_OUTPUT_LENGTH of Nagios 3). */
const mostBytes = 4096;
const mostStatusBytes = 600;
const mostLineBytes = 240;
const mostReasonBytes = 120;
const leftOut = (count: number) => `+${count} values left out, --json prints all`;
const leftOutBytes = 64;

/**
 * The state of one node: down, or a critical finding, is critical; degraded is a warning. Of one
 * component where that is asked for; a node that does not answer counts as it is all the same.
 */
export function stateOf(node: NodeSnapshot, component?: CheckedComponent): HealthLevel {
	const { components = [] } = node.health;
	if (component === undefined || node.poll.status === 'failed') return levelOf(node.health);
	const found = components.find((each) => each.component === component);
	if (!found) return 'unknown';
	const issues = found.checks.flatMap(({ severity }) =>
		severity === undefined ? [] : [{ severity }],
	);
	return levelOf({ status: found.status, issues });
}

/** The output of a monitoring plugin for the snapshot, for all components or one. */
export function toPluginReport(
	{ nodes, summary }: SnapshotDocument,
	component?: CheckedComponent,
): PluginReport {
	const judged = nodes
		.map((node) => ({ node, state: stateOf(node, component) }))
		.toSorted((a, b) => healthLevels.indexOf(a.state) - healthLevels.indexOf(b.state));
	const state = worstLevel(judged.map((each) => each.state));
	if (nodes.length === 0) return { state, text: plainReport(state, summary.hint ?? 'no nodes') };
	const troubled = judged.filter((each) => each.state !== 'ok');
	const head = `NODETOP ${state.toUpperCase()} - ${toSentence(judged, component)}`;
	const names = troubled.map(
		({ node }) => `${node.target.name}${inBrackets(reasonOf(node, component))}`,
	);
	const status = listed(head, names, mostStatusBytes);
	const lines = checkedComponents
		.filter((each) => component === undefined || each === component)
		.map((each) => componentLine(each, nodes));
	const perfdata = judged.flatMap(({ node }) => perfdataOf(only(node, component)));
	return { state, text: join(status, lines, perfdata) };
}

/** A report without nodes: why nothing can be said. */
export function plainReport(state: HealthLevel, why: string): string {
	return `NODETOP ${state.toUpperCase()} - ${cut(plain(why), mostStatusBytes)}\n`;
}

interface Judged {
	readonly node: NodeSnapshot;
	readonly state: HealthLevel;
}

/** `1 of 3 nodes down, 1 degraded`, or `3 nodes up`. */
function toSentence(judged: readonly Judged[], component: CheckedComponent | undefined): string {
	const statuses = judged.map(({ node }) => shownStatus(node, component));
	const what = `${judged.length === 1 ? 'node' : 'nodes'}${component === undefined ? '' : `’ ${component}`}`;
	const worse = (['down', 'degraded', 'unknown'] as const).filter((each) =>
		statuses.includes(each),
	);
	if (worse.length === 0) return `${judged.length} ${what} up`;
	const counts = worse.map((each) => statuses.filter((status) => status === each).length);
	return worse
		.map((each, index) =>
			index === 0
				? `${counts[index]} of ${judged.length} ${what} ${each}`
				: `${counts[index]} ${each}`,
		)
		.join(', ');
}

function shownStatus(node: NodeSnapshot, component: CheckedComponent | undefined): Health {
	if (component === undefined || node.poll.status === 'failed') return node.health.status;
	return findComponent(node, component)?.status ?? 'unknown';
}

function findComponent(
	{ health }: NodeSnapshot,
	component: CheckedComponent,
): ComponentHealth | undefined {
	return health.components?.find((each) => each.component === component);
}

/** The worst finding, issues being sorted by severity; of a component, its worst check. */
function reasonOf(node: NodeSnapshot, component: CheckedComponent | undefined): string {
	if (component === undefined || node.poll.status === 'failed') {
		return (
			node.health.issues.find(({ severity }) => severity !== 'info')?.message ??
			node.health.issues[0]?.message ??
			''
		);
	}
	return worstMessage(findComponent(node, component)) ?? 'not checked';
}

function worstMessage(health: ComponentHealth | undefined): string | undefined {
	return health && decisiveCheck(health)?.message;
}

function componentLine(component: CheckedComponent, nodes: readonly NodeSnapshot[]): string {
	const found = nodes.map((node) => ({ node, health: findComponent(node, component) }));
	const statusOf = (health: ComponentHealth | undefined): Health => health?.status ?? 'unknown';
	const counts = healthStatuses
		.map((status) => ({
			status,
			count: found.filter(({ health }) => statusOf(health) === status).length,
		}))
		.filter(({ count }) => count > 0)
		.map(({ status, count }) => `${count} ${status}`);
	const bad = found.filter(({ health }) => ['degraded', 'down'].includes(statusOf(health)));
	const told = bad.length > 0 ? bad : found.filter(({ health }) => statusOf(health) === 'unknown');
	const names = told.map(
		({ node, health }) => `${node.target.name}${inBrackets(worstMessage(health) ?? 'not checked')}`,
	);
	return listed(`${component}: ${counts.join(', ')}`, names, mostLineBytes);
}

/** As many names as fit, then how many more there are. */
function listed(head: string, names: readonly string[], most: number): string {
	const parts = names.map((name) => plain(name));
	let text = plain(head);
	for (const [index, part] of parts.entries()) {
		const next = `${text}${index === 0 ? ': ' : ', '}${part}`;
		const rest = parts.length - index - 1;
		const more = rest === 0 ? '' : `, +${rest} more`;
		if (bytes(next) + bytes(more) > most && index > 0) return `${text}, +${rest + 1} more`;
		text = next;
	}
	return cut(text, most);
}

function inBrackets(reason: string): string {
	return reason === '' ? '' : ` (${cut(plain(reason), mostReasonBytes)})`;
}

/** The first line carries all performance data that there is room for. */
function join(status: string, lines: readonly string[], perfdata: readonly string[]): string {
	const fixed = bytes([status, ...lines, ''].join('\n')) + bytes(' | ') + leftOutBytes;
	let room = mostBytes - fixed;
	const kept: string[] = [];
	for (const item of perfdata) {
		room -= bytes(item) + 1;
		if (room < 0) break;
		kept.push(item);
	}
	const left = perfdata.length - kept.length;
	const first = kept.length === 0 ? status : `${status} | ${kept.join(' ')}`;
	return `${[first, ...lines, ...(left === 0 ? [] : [leftOut(left)])].join('\n')}\n`;
}

/** A bar begins performance data, and a line break ends the text. */
function plain(text: string): string {
	return text.replaceAll('|', '/').replaceAll(/\s+/g, ' ').trim();
}

function bytes(text: string): number {
	return Buffer.byteLength(text);
}

/** Whole characters only. */
function cut(text: string, most: number): string {
	if (bytes(text) <= most) return text;
	let kept = '';
	for (const { segment } of new Intl.Segmenter('en').segment(text)) {
		if (bytes(kept) + bytes(segment) + bytes('…') > most) break;
		kept += segment;
	}
	return `${kept}…`;
}

/** A node with one component's checks alone. */
function only(node: NodeSnapshot, component: CheckedComponent | undefined): NodeSnapshot {
	if (component === undefined) return node;
	const components = node.health.components?.filter((each) => each.component === component) ?? [];
	return { ...node, health: { ...node.health, components } };
}
