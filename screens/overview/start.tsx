import type { ReactNode } from 'react';
import { line, wrap } from '../../components/line.ts';
import type { Span } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import type { ScreenProps } from '../frame.ts';

/** Ways to begin, the shortest first. */
export function startLines({
	look,
	width,
	hint,
	setup,
	moment,
}: Pick<ScreenProps, 'look' | 'width' | 'hint' | 'setup' | 'moment'>): string[] {
	const found = moment.nodes.filter(({ snapshot }) => snapshot.target.kind !== 'host');
	const what =
		found.length > 0
			? `no node is configured; ${found.length} answer${found.length === 1 ? 's' : ''} at the usual ports of this machine and ${found.length === 1 ? 'is' : 'are'} watched until nodetop ends`
			: 'no node is configured, and none answers at the usual ports of this machine';
	const steps: readonly Span[][] = [
		...(setup.canConfigure
			? [
					[
						['accent', '  A  '],
						['plain', 'find nodes on this machine again, and add one to the profile'],
					] satisfies Span[],
				]
			: []),
		[
			['accent', '  $  '],
			['plain', 'nodetop add NAME=URL    a node anywhere; its kind is detected'],
		],
		[
			['accent', '  $  '],
			['plain', 'nodetop demo            small networks to look at, and :tutorial in them'],
		],
	];
	return [
		...wrap(hint === undefined ? 'no nodes are configured' : what, width - 2).map((text) =>
			line(look, [['strong', `  ${text}`]], width),
		),
		...steps.map((spans) => line(look, spans, width)),
	];
}

/** How to begin, above what is shown meanwhile; nothing when its height is 0. */
export function Start(props: ScreenProps): ReactNode {
	const { look, width, height } = props;
	return (
		<Panel
			look={look}
			title="Begin here"
			lines={height === 0 ? [] : startLines(props)}
			width={width}
			height={height}
		/>
	);
}

/** Nothing is watched. */
export function Welcome(props: ScreenProps): ReactNode {
	const { look, width, height, hint } = props;
	const text = hint ?? 'no nodes are configured';
	return (
		<Panel
			look={look}
			title="Nodes"
			lines={[
				'',
				...wrap(text, width - 4).map((each) => line(look, [['plain', `  ${each}`]], width)),
				'',
				...startLines(props),
			]}
			width={width}
			height={height}
		/>
	);
}
