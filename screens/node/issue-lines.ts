import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { toneOfSeverity } from '../../source/domain/tone.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';

/** Each issue with its evidence and what to do. */
export function issueLines(look: Look, { snapshot }: NodeMoment, width: number): string[] {
	return snapshot.health.issues.flatMap((issue) => {
		const tone = toneOfSeverity[issue.severity];
		const head = wrap(issue.message, width - 2).map((text, index) =>
			line(
				look,
				[[tone, `${index === 0 ? look.glyphs.severity[issue.severity] : ' '} ${text}`]],
				width,
			),
		);
		const more = [issue.evidence, issue.nextStep && `→ ${issue.nextStep}`]
			.filter((text) => text !== undefined && text !== '')
			.flatMap((text) => wrap(String(text), width - 4))
			.map((text) => look.paint('label', fit(`    ${text}`, width)));
		return [...head, ...more];
	});
}
