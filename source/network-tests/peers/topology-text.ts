import { formatCount, formatMs, missing } from '../../domain/format.ts';
import { splits } from './topology.ts';
import type { Topology } from './topology.ts';

/** The connections of one node, as one line shows them. */
export interface TopologyLine {
	readonly name: string;
	/** Watched nodes that it lists, or that list it. */
	readonly neighbours: readonly {
		readonly name: string;
		/** `→` it dialled, `←` it was dialled, `–` unknown. */
		readonly arrow: '→' | '←' | '–';
		readonly rtt: string | undefined;
		/** The other end lists peers, but not this node. */
		readonly isOneSided: boolean;
	}[];
	/** Peers that are not watched; `—` where it lists none. */
	readonly outside: string;
}

export function topologyLines({ nodes, links }: Topology): TopologyLine[] {
	const listing = new Set(
		nodes.filter(({ listed }) => listed !== undefined).map(({ name }) => name),
	);
	const has = new Set(links.map(({ from, to }) => `${from}\n${to}`));
	return nodes.map(({ name, outside, listed }) => {
		const own = links
			.filter(({ from }) => from === name)
			.map(({ to, direction, rttMs }) => ({
				name: to,
				arrow: arrowOf(direction),
				rtt: rttMs === undefined ? undefined : formatMs(rttMs),
				isOneSided: listing.has(to) && !has.has(`${to}\n${name}`),
			}));
		const others = links
			.filter(({ from, to }) => to === name && !has.has(`${name}\n${from}`))
			.map(({ from, rttMs }) => ({
				name: from,
				arrow: '–' as const,
				rtt: rttMs === undefined ? undefined : formatMs(rttMs),
				isOneSided: listing.has(name),
			}));
		return {
			name,
			neighbours: [...own, ...others],
			outside: listed === undefined ? missing : formatCount(outside),
		};
	});
}

function arrowOf(direction: 'inbound' | 'outbound' | undefined): '→' | '←' | '–' {
	if (direction === undefined) return '–';
	return direction === 'outbound' ? '→' : '←';
}

/** The nodes of one network that no watched links join; `undefined` when all are joined. */
export function splitText(topology: Topology): string | undefined {
	const texts = splits(topology).map((groups) =>
		groups.map((group) => group.join(', ')).join(' | '),
	);
	return texts.length === 0 ? undefined : `no watched link joins ${texts.join('; nor ')}`;
}

/** The connections of all nodes, one node a line. */
export function toTopologyText(topology: Topology): string {
	const width = Math.max(4, ...topology.nodes.map(({ name }) => name.length));
	const lines = topologyLines(topology).map(({ name, neighbours, outside }) => {
		const texts = neighbours.map(
			({ name: other, arrow, rtt, isOneSided }) =>
				`${arrow} ${other}${rtt === undefined ? '' : ` ${rtt}`}${isOneSided ? ' (one side only)' : ''}`,
		);
		return `${name.padEnd(width)}  ${texts.join('   ') || missing}   others: ${outside}`;
	});
	const split = splitText(topology);
	return [...lines, ...(split === undefined ? [] : [split]), ''].join('\n');
}
