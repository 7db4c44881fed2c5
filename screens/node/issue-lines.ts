import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { addedBy } from '../../source/domain/evidence.ts';
import { toneOfSeverity } from '../../source/domain/tone.ts';
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
	const full = issues.flatMap((issue) =>
		linesOf(look, issue, width, addedBy(issue.evidence, issue.message)),
	);
	if (full.length <= height) return full;
	const lines: string[] = [];
	for (const [index, issue] of issues.entries()) {
		const own = linesOf(look, issue, width);
		const left = issues.length - index;
		if (lines.length + own.length + (left > 1 ? 1 : 0) > height) {
			if (index === 0) return own.slice(0, height);
			return [...lines, look.paint('dim', fit(`  and ${left} more`, width))];
		}
		lines.push(...own);
	}
	return lines;
}

function linesOf(look: Look, issue: Issue, width: number, evidence?: string): string[] {
	const tone = toneOfSeverity[issue.severity];
	const head = wrap(issue.message, width - 2).map((text, index) =>
		line(
			look,
			[[tone, `${index === 0 ? look.glyphs.severity[issue.severity] : ' '} ${text}`]],
			width,
		),
	);
	const more = [evidence, issue.nextStep && `→ ${issue.nextStep}`]
		.filter((text) => text !== undefined && text !== '')
		.flatMap((text) => wrap(String(text), width - 4))
		.map((text) => look.paint('label', fit(`    ${text}`, width)));
	return [...head, ...more];
}
