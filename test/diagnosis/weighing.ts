import type { Cause, DiagnosisInput, PathProbe } from '../../source/diagnosis/case.ts';
import type { PollErrorCode } from '../../source/domain/words.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

export const nowMs = Date.UTC(2026, 5, 1, 12);
export const goodAt = '2026-06-01T11:59:00.000Z';

export function node(
	name: string,
	{
		poll,
		...sections
	}: Partial<Omit<NodeSnapshot, 'poll'>> & { poll?: Partial<NodeSnapshot['poll']> } = {},
): NodeSnapshot {
	return {
		target: { name, kind: 'evm', url: `http://${name}.example:8545` },
		poll: { status: 'ok', failures: 0, ...poll },
		health: { status: 'up', issues: [] },
		...sections,
	};
}

export const withIssues = (...codes: readonly string[]): Pick<NodeSnapshot, 'health'> => ({
	health: {
		status: 'degraded',
		issues: codes.map((code) => ({
			code,
			component: 'node',
			severity: 'warning',
			message: `${code} is there`,
			since: goodAt,
		})),
	},
});
export const failed = (code: PollErrorCode, more: object = {}) => ({
	poll: { status: 'failed' as const, failures: 1, error: { code, message: 'why' }, ...more },
});
export const path = (more: Partial<PathProbe> = {}): PathProbe => ({
	target: 'a',
	host: 'a.example',
	isLoopback: false,
	connects: [],
	replies: [],
	...more,
});
export const reply = (firstByteMs: number, more: object = {}) => ({
	firstByteMs,
	totalMs: firstByteMs + 1,
	bytes: 100,
	...more,
});
export const connects = (...times: readonly number[]) => times.map((ms) => ({ ms }));

/** What a cause says for and against itself: `4 text`. */
export function weigh(cause: Cause, of: NodeSnapshot, more: Partial<DiagnosisInput> = {}) {
	const input: DiagnosisInput = { node: of, fleet: [of], otherPaths: [], nowMs, ...more };
	const weighed = cause.weigh(input);
	const words = (list: readonly { weight: number; text: string }[]) =>
		list.map(({ weight, text }) => `${weight} ${text}`);
	return weighed && { for: words(weighed.for), against: words(weighed.against) };
}
