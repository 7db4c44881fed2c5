import { stripControls } from '../domain/clean.ts';
import type { NodeSnapshot, SnapshotDocument } from '../sections/snapshot.ts';
import { worstIssue } from './issues.ts';

type Cell = string | number | undefined;
type Read = (node: NodeSnapshot, document: SnapshotDocument) => Cell;

/**
 * The columns, in their order. Scripts count on both: a new column is added at the end.
 *
 * - `latencyMs` is the poll's; `peerLatencyMs` is the median to the node's peers.
 * - `height` is the number of the chain's head, or the height that consensus names.
 * - `finalized` counts final vertices or blocks where the node counts them, else it is the number of
 *   the finalized block.
 * - `cpuRatio` is 1 for one core of a node, for all cores of a host.
 * - `issues` is how many; `worstIssue` is the message of the first of the gravest.
 */
const columns: readonly (readonly [name: string, read: Read])[] = [
	['name', ({ target }) => target.name],
	['kind', ({ target }) => target.kind],
	['url', ({ target }) => target.url],
	['group', ({ target }) => target.group],
	['health', ({ health }) => health.status],
	['pollStatus', ({ poll }) => poll.status],
	['errorCode', ({ poll }) => poll.error?.code],
	['latencyMs', ({ poll }) => poll.latencyMs],
	['client', ({ identity }) => identity?.client],
	['version', ({ identity }) => identity?.version],
	['chainId', ({ identity }) => identity?.chainId],
	['networkId', ({ identity }) => identity?.networkId],
	['consensusStatus', ({ consensus }) => consensus?.status],
	['height', ({ chain, consensus }) => chain?.head?.number ?? consensus?.height],
	['round', ({ consensus }) => consensus?.round],
	['view', ({ consensus }) => consensus?.view],
	['headHash', ({ chain }) => chain?.head?.hash],
	['headAt', ({ chain }) => chain?.head?.at],
	['finalized', ({ chain, consensus }) => consensus?.finalized ?? chain?.finalized?.number],
	['pending', ({ consensus, dag }) => consensus?.pending ?? dag?.pending],
	['lastFinalizedAt', ({ consensus }) => consensus?.lastFinalizedAt],
	['averageFinalityMs', ({ consensus }) => consensus?.averageFinalityMs],
	['vertices', ({ dag }) => dag?.vertices],
	['tips', ({ dag }) => dag?.tips],
	['growthPerSecond', ({ dag }) => dag?.growthPerSecond],
	['peers', ({ network }) => network?.peers],
	['inbound', ({ network }) => network?.inbound],
	['outbound', ({ network }) => network?.outbound],
	['bytesInPerSecond', ({ network }) => network?.bytesInPerSecond],
	['bytesOutPerSecond', ({ network }) => network?.bytesOutPerSecond],
	['peerLatencyMs', ({ network }) => network?.latencyMs?.p50],
	['cpuRatio', ({ resources }) => resources?.cpuRatio],
	['memoryResidentBytes', ({ resources }) => resources?.memoryResidentBytes],
	['diskAvailableBytes', ({ resources }) => resources?.diskAvailableBytes],
	['threads', ({ resources }) => resources?.threads],
	['openFiles', ({ resources }) => resources?.openFiles],
	['uptimeSeconds', ({ identity }) => identity?.uptimeSeconds],
	['issues', ({ health }) => health.issues.length],
	['worstIssue', ({ health }) => worstIssue(health.issues)?.message],
	['lastGoodAt', ({ poll }) => poll.lastGoodAt],
	['takenAt', (_node, { takenAt }) => takenAt],
];

/** Names of the columns, in their order. */
export const csvColumns: readonly string[] = columns.map(([name]) => name);

/**
 * CSV after RFC 4180: a heading, then one row a node, lines ended by CRLF. An empty cell is a value
 * that the node did not say. Text that a spreadsheet would run as a formula starts with `'`.
 */
export function toCsv(document: SnapshotDocument): string {
	const rows = document.nodes.map((node) =>
		columns.map(([, read]) => toCell(read(node, document))),
	);
	return [csvColumns, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/**
 * What makes a spreadsheet take a cell for a formula, after OWASP's page on CSV injection: the signs
 * in both widths, tab and carriage return. A quote in front makes it text.
 */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/;

function toCell(value: Cell): string {
	if (typeof value !== 'string') return value === undefined ? '' : String(value);
	const harmless = stripControls(formulaStart.test(value) ? `'${value}` : value);
	return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
