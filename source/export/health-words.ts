import type { Health } from '../domain/words.ts';

/** Health in the words of QuDAG's status text. */
export const healthWords: Readonly<Record<Health, string>> = {
	up: 'Healthy',
	degraded: 'Degraded',
	down: 'Down',
	unknown: 'Unknown',
};
