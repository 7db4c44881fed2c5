import { levelOf } from '../sections/health/severity.ts';
import { formatAge, formatCompactBytes, formatMs, formatRatio } from '../domain/format.ts';
import { capitalise } from '../domain/units.ts';
import { placeOf } from '../sections/derived.ts';
import { areOfMachine } from '../sections/resources/fields.ts';
import type { NodeSnapshot, SnapshotDocument } from '../sections/snapshot.ts';
import { worstIssue } from './issues.ts';
import { createTextStyle } from './text-style.ts';
import type { TextStyle, TextOptions } from './text-style.ts';
import { healthWords } from './health-words.ts';

/**
 * One line a node, as QuDAG's compact status:
 * `Node: 7f3a9b2c | v0.1.0 | Up: 2d 14h | Consensus: Active/12345 | DAG: 98888v/5t | Net: 42p/23ms |
 * CPU: 12.5% | Mem: 256MB | ✓ Healthy`. What a node did not say is left out; a chain adds
 * `Chain: #123/2s ago`. Several nodes are distinguished by their names. A node that cannot be polled
 * says when it last could be, and no numbers of then. The first finding stands behind the health.
 * Lines are as long as they need; `|` within a value is written `/`.
 */
export function toCompactText(
	document: SnapshotDocument,
	options: Pick<TextOptions, 'ascii' | 'nowMs'> = {},
): string {
	const style = createTextStyle(options, document.takenAt);
	const isOnlyOne = document.nodes.length === 1;
	return document.nodes
		.map((node) => {
			const parts = [nameOf(node, isOnlyOne), ...middle(node, style), verdict(node, style)];
			const shown = parts
				.filter((part) => part !== undefined)
				.map((part) => style.show(part).replaceAll('|', '/'));
			return `${shown.join(' | ')}\n`;
		})
		.join('');
}

function middle(node: NodeSnapshot, style: TextStyle): (string | undefined)[] {
	const { poll, identity, target } = node;
	// The whole machine's figures are not the node's.
	const resources =
		node.resources && areOfMachine(node.resources, target.kind) ? undefined : node.resources;
	if (poll.status === 'failed') {
		const age = poll.lastGoodAt && `${formatAge(poll.lastGoodAt, style.nowMs)} ago`;
		return [`Last good: ${age ?? 'never'}`];
	}
	const { uptimeSeconds } = identity ?? {};
	const { cpuRatio, memoryResidentBytes } = resources ?? {};
	return [
		versionOf(node),
		uptimeSeconds === undefined ? undefined : `Up: ${formatMs(uptimeSeconds * 1000)}`,
		consensusOf(node),
		chainOf(node, style),
		pair('DAG', suffixed(node.dag?.vertices, 'v'), suffixed(node.dag?.tips, 't')),
		networkOf(node),
		cpuRatio === undefined ? undefined : `CPU: ${formatRatio(cpuRatio)}`,
		memoryResidentBytes === undefined
			? undefined
			: `Mem: ${formatCompactBytes(memoryResidentBytes)}`,
	];
}

function suffixed(value: string | number | undefined, suffix: string): string | undefined {
	return value === undefined ? undefined : `${value}${suffix}`;
}

function pair(label: string, ...parts: readonly (string | undefined)[]): string | undefined {
	const kept = parts.filter((part) => part !== undefined);
	return kept.length === 0 ? undefined : `${label}: ${kept.join('/')}`;
}

/** The short id when there is one node, as QuDAG prints it; the name if there are several. */
function nameOf({ target, identity }: NodeSnapshot, isOnlyOne: boolean): string {
	const id = identity?.nodeId === undefined ? undefined : shortId(identity.nodeId);
	if (isOnlyOne) return `Node: ${id ?? target.name}`;
	return `Node: ${target.name}${id === undefined || id === target.name ? '' : ` ${id}`}`;
}

const shortIdLength = 8;

/** Every libp2p id of an Ed25519 key starts alike (peer id specification, `12D3KooW`). */
function shortId(id: string): string {
	return id.replace(/^(?:0x|12D3KooW)(?=.)/, '').slice(0, shortIdLength);
}

function versionOf({ identity, target }: NodeSnapshot): string | undefined {
	const client = identity?.client === target.kind ? undefined : identity?.client;
	const parts = [client, suffixed(identity?.version, '')?.replace(/^(?=\d)/, 'v')];
	const kept = parts.filter((part) => part !== undefined);
	return kept.length === 0 ? undefined : kept.join(' ');
}

function consensusOf({ consensus }: NodeSnapshot): string | undefined {
	const status = consensus?.status;
	// In QuDAG's layout a round is a plain number.
	const place = consensus && placeOf({ consensus });
	return pair('Consensus', status && capitalise(status), suffixed(place?.value, ''));
}

function chainOf({ chain }: NodeSnapshot, { nowMs }: TextStyle): string | undefined {
	const head = chain?.head;
	if (!head) return undefined;
	const age = head.at === undefined ? undefined : `${formatAge(head.at, nowMs)} ago`;
	return pair('Chain', `#${head.number}`, age);
}

function networkOf({ network }: NodeSnapshot): string | undefined {
	const latencyMs = network?.latencyMs?.avg ?? network?.latencyMs?.p50;
	const latency = latencyMs === undefined ? undefined : formatMs(latencyMs).replace(' ', '');
	return pair('Net', suffixed(network?.peers, 'p'), latency);
}

function verdict({ health, poll }: NodeSnapshot, { marks }: TextStyle): string {
	const finding = poll.status === 'pending' ? 'not polled yet' : worstIssue(health.issues)?.message;
	const reason = finding === undefined ? '' : `: ${finding}`;
	return `${marks.level[levelOf(health)]} ${healthWords[health.status]}${reason}`;
}
