/** A set of ids that forgets the oldest beyond its limit. */
export class BoundedSet {
	readonly #ids = new Set<string>();
	readonly #limit: number;

	constructor(limit: number) {
		this.#limit = limit;
	}

	has(id: string): boolean {
		return this.#ids.has(id);
	}

	add(id: string): void {
		this.#ids.add(id);
		for (const oldest of this.#ids) {
			if (this.#ids.size <= this.#limit) break;
			this.#ids.delete(oldest);
		}
	}

	delete(id: string): void {
		this.#ids.delete(id);
	}

	clear(): void {
		this.#ids.clear();
	}
}
