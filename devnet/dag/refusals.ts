/** Ids that a node will not take in again; bounded, the oldest is forgotten. */
export interface Refusals {
	has(id: string): boolean;
	add(id: string): void;
	delete(id: string): void;
	clear(): void;
}

const maxRefused = 4000;

export function createRefusals(): Refusals {
	const refused = new Set<string>();
	return {
		has: (id) => refused.has(id),
		add(id) {
			refused.add(id);
			for (const oldest of refused) {
				if (refused.size <= maxRefused) break;
				refused.delete(oldest);
			}
		},
		delete: (id) => void refused.delete(id),
		clear: () => {
			refused.clear();
		},
	};
}
