/** Short words for what an attempt to connect ended with. */
const words: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'refused',
	ECONNRESET: 'reset',
	ETIMEDOUT: 'no answer',
	EHOSTUNREACH: 'no route',
	ENETUNREACH: 'no route',
	ENETDOWN: 'network down',
	ENOTFOUND: 'name not found',
	EAI_AGAIN: 'name not found',
};

/** The words of a system's error code; the code itself where it is none of the usual ones. */
export function socketWords(code: string): string {
	return words[code] ?? code;
}
