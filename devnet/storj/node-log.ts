/** Lines as storagenode 1.146 and later writes them to its log. */
export interface NodeLog {
	write(line: LogEntry): void;
	/** The file is to be renamed, and another begun. */
	rotate(): void;
	/** Calls back for each line, and at each rotation; the result ends it. */
	listen(listener: LogListener): () => void;
}

export interface LogListener {
	/** A whole line without its end, written at this time. */
	readonly onLine: (line: string, atMs: number) => void;
	readonly onRotate?: () => void;
}

export interface LogEntry {
	readonly atMs: number;
	readonly level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
	readonly logger: string;
	readonly message: string;
	readonly fields?: Readonly<Record<string, string | number>>;
}

export function createNodeLog(): NodeLog {
	const listeners = new Set<LogListener>();
	return {
		write(entry) {
			if (listeners.size === 0) return;
			const line = lineOf(entry);
			for (const { onLine } of listeners) onLine(line, entry.atMs);
		},
		rotate() {
			for (const { onRotate } of listeners) onRotate?.();
		},
		listen(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}

function lineOf({ atMs, level, logger, message, fields }: LogEntry): string {
	const time = new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
	const all = { process: 'storagenode', ...fields };
	const json = Object.entries(all).map(
		([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
	);
	return [time, level, logger, message, `{${json.join(', ')}}`].join('\t');
}
