/** Waits; resolves early when the signal aborts. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted || durationMs <= 0) {
			resolve();
			return;
		}
		const end = () => {
			clearTimeout(timer);
			signal.removeEventListener('abort', end);
			resolve();
		};
		const timer = setTimeout(end, durationMs);
		signal.addEventListener('abort', end, { once: true });
	});
}
