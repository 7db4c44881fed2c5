import type { ReactNode } from 'react';
import { fit, line } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { ScreenProps } from '../frame.ts';
import { shownMetric } from './history-chart.ts';
import { isOfSection, shownMetrics } from './metric-list.ts';

const sectionWidth = 11;
/** From here on each number has its section beside it. */
const sectionsFrom = 30;

/** Which numbers there are, which are drawn, and where the cursor is. */
export function MetricList({
	look,
	view,
	nodes,
	width,
	height,
}: ScreenProps & { readonly nodes: readonly NodeMoment[] }): ReactNode {
	const { metrics: chosen } = view.history;
	const { shown, at } = shownMetrics(nodes, view.history, height);
	const lines = shown.map(({ name, metric }, index) => {
		const isAt = index === at;
		const isChosen = chosen.includes(name);
		const section = isOfSection({ name }) ? name.slice(0, name.indexOf('.')) : 'all kinds';
		const title = isOfSection({ name }) ? metric.title : shownMetric(metric).title;
		const hasSection = width >= sectionsFrom;
		const titleWidth = width - 4 - (hasSection ? sectionWidth + 1 : 0);
		return line(
			look,
			[
				['accent', isAt ? look.glyphs.cursor : ' '],
				[isChosen ? 'good' : 'dim', isChosen ? look.glyphs.health.up : look.glyphs.dot],
				['plain', ' '],
				[isChosen ? 'strong' : isAt ? 'plain' : 'label', fit(title, titleWidth)],
				...(hasSection ? [['dim', ` ${fit(section, sectionWidth)}`] as const] : []),
			],
			width,
		);
	});
	return <Panel look={look} title="Numbers" lines={lines} width={width} height={height} />;
}
