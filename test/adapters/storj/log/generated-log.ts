/** A log whose every line is known: what was counted in it can be compared exactly. */
export interface Expected {
	lines: number;
	succeeded: number;
	canceled: number;
	failed: number;
	lost: number;
	slow: number;
	bytes: number;
	readonly durations: number[];
}

export const satelliteIds = [
	'12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S',
	'12L9ZFwhzVpuEKMUNUqkaTLGzwY9G24tbiigLiXpmZWKwmcNDDs',
	'121RTSDpyNZVcEU84Ticf2L1ntiuUimbWgfATz21tuvgk3vzoA6',
] as const;

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function createLogMaker({ startMs = Date.UTC(2026, 0, 2), isDebug = true, seed = 1 } = {}) {
	let state = seed;
	let atMs = startMs;
	let serial = 0;
	const expected: Expected = {
		lines: 0,
		succeeded: 0,
		canceled: 0,
		failed: 0,
		lost: 0,
		slow: 0,
		bytes: 0,
		durations: [],
	};
	const random = () => {
		state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
		return state / 2 ** 31;
	};
	const piece = () => {
		serial += 1;
		let left = serial;
		let id = '';
		for (let each = 0; each < 52; each += 1) {
			id += letters[left % 32] ?? 'A';
			left = each < 12 ? Math.floor(left / 32) : (left * 7 + each) % 1024;
		}
		return id;
	};
	const put = (ms: number, level: string, message: string, fields: object): string => {
		expected.lines += 1;
		const json = JSON.stringify(fields).replaceAll('":', '": ').replaceAll(',"', ', "');
		return `${new Date(ms).toISOString()}\t${level}\tpiecestore\t${message}\t${json}\n`;
	};
	/** One transfer, of a duration that is known: two lines with DEBUG, else one. */
	const transfer = (): string => {
		const isUpload = random() < 0.4;
		const kind = random();
		const durationMs = Math.floor(
			random() < 0.03 ? 10_001 + random() * 50_000 : 5 + random() ** 3 * 9000,
		);
		const size = 256 * Math.floor(1 + random() * 8000);
		const isAudit = !isUpload && random() < 0.02;
		const fields = {
			Process: 'storagenode',
			'Piece ID': piece(),
			'Satellite ID': satelliteIds[Math.floor(random() * 3)],
			Action: isUpload ? 'PUT' : isAudit ? 'GET_AUDIT' : 'GET',
			Size: size,
			'Remote Address':
				serial % 5 === 0 ? `[2001:db8::${serial % 99}]:5112` : `198.51.100.7:${serial % 60000}`,
		};
		const word = isUpload ? 'upload' : 'download';
		atMs += Math.floor(random() * 40);
		let text = isDebug ? put(atMs, 'DEBUG', `${word} started`, fields) : '';
		const endMs = atMs + durationMs;
		if (isDebug) {
			expected.durations.push(durationMs);
			if (durationMs > 10_000) expected.slow += 1;
		}
		if (isAudit && kind < 0.2) {
			expected.failed += 1;
			expected.lost += 1;
			text += put(endMs, 'ERROR', 'download failed', { ...fields, error: 'file does not exist' });
		} else if (kind < 0.05) {
			expected.failed += 1;
			text += put(endMs, 'ERROR', `${word} failed`, {
				...fields,
				error: `read tcp 10.0.17.120:28967->198.51.100.63:${serial % 60000}: connection "reset" \\ by peer`,
			});
		} else if (kind < 0.2) {
			expected.canceled += 1;
			text += put(endMs, 'INFO', `${word} canceled`, fields);
		} else {
			expected.succeeded += 1;
			expected.bytes += size;
			text += put(endMs, 'INFO', `${word}ed`, fields);
		}
		return text;
	};
	return { transfer, expected };
}

/** By nearest rank, of the numbers themselves. */
export function quantileOf(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
