import type { ReactNode } from 'react';
import { fit, line, wrap } from '../components/line.ts';
import type { Span } from '../components/line.ts';
import type { Look } from '../components/look.ts';
import { Panel } from '../components/panel.tsx';
import { joinTopology } from '../source/nettest/topology.ts';
import type { Topology } from '../source/nettest/topology.ts';
import { splitText, topologyLines } from '../source/nettest/topology-text.ts';
import type { ScreenProps } from './frame.ts';

const nameWidth = 16;

/** Who is connected to whom, over all watched nodes: a matrix where it fits, else a list. */
export function NetworkTopology(props: ScreenProps): ReactNode {
	const { look, width, height, all, selected, view } = props;
	const topology = joinTopology(all.map(({ snapshot }) => snapshot));
	const split = splitText(topology);
	const warning = split === undefined ? [] : [look.paint('warn', fit(split, width))];
	const linked = new Set(topology.links.flatMap(({ from, to }) => [from, to]));
	const columns = topology.nodes.map(({ name }) => name).filter((name) => linked.has(name));
	const cellWidth = Math.max(8, ...columns.map((name) => Math.min(12, name.length + 1)));
	const fits = columns.length > 0 && nameWidth + (columns.length + 1) * cellWidth <= width;
	const chosen = selected?.target.name;
	const body = fits
		? matrixLines(look, topology, columns, cellWidth, chosen, width)
		: listLines(look, topology, chosen, width);
	const legend = wrap(fits ? matrixLegend : listLegend, width);
	const [head, ...rows] = fits ? body : ['', ...body];
	const room = Math.max(1, height - 3 - warning.length - legend.length);
	const first = Math.min(view.offsets.network ?? 0, Math.max(0, rows.length - room));
	const lines = [
		...warning,
		...(fits && head !== undefined ? [head] : []),
		...rows.slice(first, first + room),
		'',
		...legend.map((text) => look.paint('dim', fit(text, width))),
	];
	return (
		<Panel
			look={look}
			title="Topology of all watched nodes"
			note="Tab: peers of one node"
			lines={lines}
			width={width}
			height={height}
		/>
	);
}

const sides = '– connected, side not told  ! listed by one side only';
const matrixLegend = `→ the row dialled the column  ← was dialled by it  ${sides}`;
const listLegend = `→ it dialled  ← it was dialled  ${sides}`;

/** A row a node, a column a node that has a link, the round trip where they meet. */
function matrixLines(
	look: Look,
	topology: Topology,
	columns: readonly string[],
	cellWidth: number,
	chosen: string | undefined,
	width: number,
): string[] {
	const rows = topologyLines(topology);
	const right = (text: string) => fit(text, cellWidth, 'right');
	const head: Span[] = [
		['label', ' '.repeat(nameWidth)],
		...columns.map((name): Span => ['label', right(name)]),
		['label', right('others')],
	];
	const body = rows.map(({ name, neighbours, outside }) => {
		const cells = columns.map((other): Span => {
			if (other === name) return ['dim', right(look.glyphs.dot)];
			const link = neighbours.find((each) => each.name === other);
			if (!link) return ['dim', right('')];
			const mark = link.isOneSided ? '!' : '';
			const text = `${link.arrow}${link.rtt?.replace(' ', '') ?? ''}${mark}`;
			return [link.isOneSided ? 'warn' : 'plain', right(text)];
		});
		const tone = name === chosen ? 'strong' : 'plain';
		const spans: Span[] = [[tone, fit(name, nameWidth)], ...cells, ['label', right(outside)]];
		return line(look, spans, width);
	});
	return [line(look, head, width), ...body];
}

function listLines(
	look: Look,
	topology: Topology,
	chosen: string | undefined,
	width: number,
): string[] {
	return topologyLines(topology).map(({ name, neighbours, outside }) => {
		const links = neighbours.map(({ name: other, arrow, rtt, isOneSided }): Span => [
			isOneSided ? 'warn' : 'plain',
			`${arrow}${other}${rtt === undefined ? '' : ` ${rtt}`}${isOneSided ? '!' : ''}  `,
		]);
		return line(
			look,
			[
				[name === chosen ? 'strong' : 'plain', fit(name, nameWidth)],
				['label', fit(`others ${outside}`, 13)],
				...links,
			],
			width,
		);
	});
}
