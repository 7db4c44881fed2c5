import type { ReactNode } from 'react';
import { fit, line, wrap } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { useStore } from '../../hooks/use-store.ts';
import type { ScreenProps } from '../frame.ts';

const nameWidth = 26;
const urlWidth = 30;

/** The nodes that answer on this machine and are not configured yet; Enter adds the chosen one. */
export function AddNode({
	look,
	setup,
	width,
	height,
	row,
}: ScreenProps & { readonly row: number }): ReactNode {
	const { isSearching, found = [] } = useStore(setup.state, (state) => state);
	const chosen = Math.min(row, found.length - 1);
	const rows = found.map(({ name, url, what }, index) =>
		line(
			look,
			[
				['accent', index === chosen ? `${look.glyphs.cursor} ` : '  '],
				[index === chosen ? 'strong' : 'plain', fit(name, nameWidth)],
				['label', fit(url, urlWidth)],
				['plain', what],
			],
			width,
		),
	);
	const say = (text: string) =>
		wrap(text, width - 2).map((part) => line(look, [['plain', `  ${part}`]], width));
	const none = say('no other node answers at the usual ports of this machine');
	const elsewhere = say(
		'for a node on another machine: nodetop add NAME=URL, or nodetop discover HOST to look for one',
	);
	return (
		<Panel
			look={look}
			title="Add a node of this machine"
			note={isSearching ? 'looking…' : `${found.length} found`}
			lines={[
				'',
				...(found.length > 0
					? rows
					: isSearching
						? say('looking at the usual ports of this machine…')
						: none),
				'',
				...elsewhere,
			]}
			width={width}
			height={height}
		/>
	);
}
