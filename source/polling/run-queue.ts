/** Runs work in the order in which it was added, so much at once at most. */
export interface RunQueue {
	/** `run` never rejects. */
	readonly add: (run: () => Promise<void>) => void;
}

export function createRunQueue(maxInFlight: number): RunQueue {
	const waiting: (() => Promise<void>)[] = [];
	let inFlight = 0;

	function drain(): void {
		while (inFlight < maxInFlight) {
			const run = waiting.shift();
			if (!run) return;
			inFlight++;
			void run().finally(() => {
				inFlight--;
				drain();
			});
		}
	}

	return {
		add(run) {
			waiting.push(run);
			drain();
		},
	};
}
