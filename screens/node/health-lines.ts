import { fit, line } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { checkedComponents, decisiveCheck } from '../../source/sections/health/component-health.ts';
import type { ComponentHealth } from '../../source/sections/health/component-health.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { healthStatuses } from '../../source/domain/words.ts';

const nameWidth = Math.max(...checkedComponents.map((name) => name.length));
const wordWidth = Math.max(...healthStatuses.map((word) => word.length));
const toneOf = { up: 'good', degraded: 'warn', down: 'bad', unknown: 'unknown' } as const;

/** One line for each component as its scheduled checks left it; none while none ran. */
export function healthLines(look: Look, { health }: NodeSnapshot, width: number): string[] {
	return (health.components ?? []).map((component) => {
		const { status } = component;
		return line(
			look,
			[
				[toneOf[status], ` ${look.glyphs.health[status]} ${fit(status, wordWidth)} `],
				['label', `${fit(component.component, nameWidth)}  `],
				[status === 'unknown' ? 'dim' : 'plain', summaryOf(component)],
			],
			width,
		);
	});
}

/** What is wrong, or how much of it could be seen. */
function summaryOf(component: ComponentHealth): string {
	const { status, checks } = component;
	if (status !== 'up') return decisiveCheck(component)?.message ?? '';
	const seen = checks.filter((check) => check.status !== 'unknown').length;
	return seen === checks.length ? `${seen} checks` : `${seen} of ${checks.length} known`;
}
