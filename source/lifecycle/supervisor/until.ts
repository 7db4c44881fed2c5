import type { Supervisor } from './supervisor.ts';

const progressMs = 5000;

/** Waits until a condition holds, saying what goes on every five seconds; false when `limitMs` passed. */
export async function until(
	supervisor: Supervisor,
	isDone: () => boolean,
	limitMs: number,
	tell?: (waitedMs: number) => void,
): Promise<boolean> {
	const startedAtMs = performance.now();
	if (isDone()) return true;
	return new Promise((resolve) => {
		const told = setInterval(() => tell?.(performance.now() - startedAtMs), progressMs);
		const over = setTimeout(() => {
			end(false);
		}, limitMs);
		const unsubscribe = supervisor.subscribe(() => {
			if (isDone()) end(true);
		});
		function end(isInTime: boolean): void {
			clearInterval(told);
			clearTimeout(over);
			unsubscribe();
			resolve(isInTime);
		}
	});
}
