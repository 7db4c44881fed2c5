import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { addedBy } from '../../source/domain/evidence.ts';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { toneOfSeverity } from '../../source/domain/tone.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';

const mostNameWidth = 32;
const leastRows = 2;

/**
 * What is wrong with each node and what to do, in the order of the nodes; the last line counts those for whom there
 * was no room. No lines where nothing is wrong, or where there is room for a line only.
 */
export function troubleLines(
	look: Look,
	nodes: readonly NodeMoment[],
	width: number,
	height: number,
): string[] {
	const ill = nodes.filter(({ snapshot }) => issuesOf(snapshot).length > 0);
	if (ill.length === 0 || height < leastRows) return [];
	const widest = Math.max(...ill.map(({ snapshot }) => cellWidth(snapshot.target.name)));
	const nameWidth = Math.min(widest, mostNameWidth) + 2;
	const lines: string[] = [];
	for (const [index, node] of ill.entries()) {
		const own = linesOf(look, node, nameWidth, width);
		const left = ill.length - index;
		if (lines.length + own.length + (left > 1 ? 1 : 0) > height) {
			// Of the first node as much as there is room for.
			const part = index === 0 ? own.slice(0, height - 1) : [];
			const more = index === 0 ? left - 1 : left;
			const rest = more === 1 ? 'and 1 more node' : `and ${more} more nodes`;
			return [...lines, ...part, look.paint('dim', fit(more === 0 ? 'and more' : rest, width))];
		}
		lines.push(...own);
	}
	return lines;
}

function issuesOf({ health }: NodeMoment['snapshot']) {
	return health.issues.filter(({ severity }) => severity !== 'info');
}

/** The name beside the first; each finding with its evidence, and below it the next step. */
function linesOf(look: Look, { snapshot }: NodeMoment, nameWidth: number, width: number): string[] {
	const room = width - nameWidth - 2;
	return issuesOf(snapshot).flatMap((issue, index) => {
		const { message, nextStep, severity } = issue;
		const evidence = addedBy(issue.evidence, message);
		const name = fit(index === 0 ? snapshot.target.name : '', nameWidth);
		const [first = '', ...more] = wrap(message, room);
		const isShort = evidence !== undefined && cellWidth(first) + cellWidth(evidence) + 3 <= room;
		const head = line(
			look,
			[
				['strong', name],
				[toneOfSeverity[severity], `${look.glyphs.severity[severity]} ${first}`],
				['label', more.length === 0 && isShort ? ` · ${evidence}` : ''],
			],
			width,
		);
		const below = (tone: 'label' | 'plain', text: string) =>
			line(look, [[tone, ' '.repeat(nameWidth + 2) + text]], width);
		const steps = nextStep === undefined ? [] : wrap(`→ ${nextStep}`, room);
		return [
			head,
			...more.map((text) => below('plain', text)),
			...steps.map((text) => below('label', text)),
		];
	});
}
