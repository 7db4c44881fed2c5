import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { addedBy } from '../../source/domain/evidence.ts';
import { toneOfSeverity } from '../../source/domain/tone.ts';
import type { Tone } from '../../source/domain/tone.ts';
import type { Issue } from '../../source/sections/health/schema.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';

/**
 * Each issue with its evidence and what to do. Where that is higher than `height`, without the evidence; then as many
 * whole issues as have room, and how many more there are.
 */
export function issueLines(
	look: Look,
	{ snapshot }: NodeMoment,
	width: number,
	height = Infinity,
): string[] {
	const { issues } = snapshot.health;
	const draw = (drawn: IssueLine) => drawIn(look, drawn, width);
	const full = issues.flatMap((issue) =>
		linesOf(look, issue, width, addedBy(issue.evidence, issue.message)),
	);
	if (full.length <= height) return full.map(draw);
	const lines: IssueLine[] = [];
	for (const [index, issue] of issues.entries()) {
		const own = linesOf(look, issue, width);
		const left = issues.length - index;
		if (lines.length + own.length + (left > 1 ? 1 : 0) > height) {
			if (index === 0) return cutTo(own, height).map(draw);
			return [...lines.map(draw), look.paint('dim', fit(`  and ${left} more`, width))];
		}
		lines.push(...own);
	}
	return lines.map(draw);
}

interface IssueLine {
	readonly tone: Tone;
	readonly text: string;
}

function linesOf(look: Look, issue: Issue, width: number, evidence?: string): IssueLine[] {
	const tone = toneOfSeverity[issue.severity];
	const head = wrap(issue.message, width - 2).map((text, index) => ({
		tone,
		text: `${index === 0 ? look.glyphs.severity[issue.severity] : ' '} ${text}`,
	}));
	const more = [evidence, issue.nextStep && `→ ${issue.nextStep}`]
		.filter((text) => text !== undefined && text !== '')
		.flatMap((text) => wrap(String(text), width - 4))
		.map((text) => ({ tone: 'label' as const, text: `    ${text}` }));
	return [...head, ...more];
}

/** As many as have room; the last one shows that it is not the end. */
function cutTo(lines: readonly IssueLine[], height: number): IssueLine[] {
	return lines.slice(0, height).map(({ tone, text }, index, shown) => ({
		tone,
		text: index === shown.length - 1 && lines.length > height ? `${text} …` : text,
	}));
}

function drawIn(look: Look, { tone, text }: IssueLine, width: number): string {
	return line(look, [[tone, text]], width);
}
